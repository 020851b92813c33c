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
second-factor-hint = Your sign-in is protected by a code from an app on your phone.
second-factor-set-up = Set up a second factor
second-factor-key = Enter this key in your authenticator app
tokens = Tokens for programs
token-new = New token
token-label = What it is for
token-make = Make token
token-shown-once = Copy the token now. It is not shown again.
revoke = Revoke
invite = Invite
link-hand-over = Hand this link over. It works once, for 30 minutes.
