# Signing in
sign-in = Sign in
sign-in-to = Sign in to { $company }
email = E-mail
password = Password
new-password = New password
repeat-password = New password again
code = Code
code-hint = Six digits from your authenticator app.
wrong-sign-in = E-mail or password is wrong. Check both and try again.
wrong-code = The code is wrong or has expired. Type the one your app shows now.
too-many-attempts =
    { $count ->
        [one] Too many attempts. Try again in 1 minute.
       *[other] Too many attempts. Try again in { $count } minutes.
    }
forgotten-password = Forgotten your password?
forgotten-password-hint = Write your e-mail address; a link to set a new password comes by mail.
reset-sent = If this address is known, a link is on its way. It works once, for 30 minutes.
set-password = Set a password
set-password-hint = At least { $count } characters. A few unrelated words are strong and easy to keep.
passwords-differ = The two passwords differ. Type the same one twice.
password-too-short = The password has fewer than { $count } characters. Make it longer.
invitation = Invitation
invitation-to = You are invited to { $company }
invitation-hint = Choose a password; then you are signed in.
link-expired = This link has been used or has expired. Ask for a new one.
sign-in-needed-hint = Sign in first.
signed-out = You are signed out.
sessions = Where you are signed in
end-session = End

# Links, second factor, tokens
forgotten-ask-operator = Ask the person who runs Clinch in your company for a link. It works once, for 30 minutes.
second-factor = Second factor
second-factor-set-up = Set up a second factor
second-factor-key = Scan this with your authenticator app, or type the key
tokens = Tokens for programs
token-new = New token
token-label = What it is for
token-make = Make token
token-shown-once = Copy the token now. It is not shown again.
revoke = Revoke
invite = Invite
link-hand-over = Hand this link over. It works once, for 30 minutes.
second-factor-on = Your sign-in is protected by a code from an app on your phone.
second-factor-off = Your password alone signs you in. Set up an app, and a code from it is asked for too.
second-factor-needed = Your role runs Clinch: set up a second factor before you go on.
second-factor-replace = Replace the second factor
second-factor-replace-hint = It takes a code of the app in use now. If that is lost, the person who runs Clinch takes the second factor away.
old-code = Code from the app in use now
new-code = Code for the new key
old-password = Current password
wrong-old-password = This is not your current password. Check it and try again.
change-password = Change password
change-password-hint = You are then signed out everywhere else.
password-changed = The password is changed; you are signed out everywhere else.
this-device = This one
device-on = { $browser } on { $system }
device-unknown = Unknown device
signed-in-since = Since { $moment }
ends-at = Ends { $moment }
link-for = Sign-in link for { $name }
invite-another = Invite another person
