# What waits for somebody, and reminders by mail
inbox = Inbox
inbox-sub = What waits for you, across everything you work with.
inbox-empty = Nothing waits for you
inbox-empty-hint = Forms, courses, plans and whatever else you are asked for come here.
inbox-overdue = Overdue
inbox-week = Due within seven days
inbox-later = Later, or without a day
inbox-what = What to do
inbox-due = due { $date }
inbox-open = Open the inbox
waits-part-own = Self-assessment
waits-part-manager = Appraisal as the manager
waits-part-peer = View of a colleague
waits-part-report = View of a manager
waits-nomination = A colleague is named as a peer: decide
waits-results = Results to read and acknowledge
waits-job-description = Job description to acknowledge
waits-goal = Development goal
waits-course = Course
waits-plan = Sales plan to decide
waits-plan-returned = Sales plan that was given back
waits-quotas = Quota plan to decide
waits-quotas-returned = Quota plan that was given back
waits-opening = Opening to approve
waits-run = Pay run to approve
waits-feedback = Feedback that was asked for
waits-action = Action that was agreed
waits-letter = Plan letter to sign
waits-interview = Scorecard of a candidate
inbox-mail = Reminders by mail
inbox-mail-none = Mail is not set up here, so this page is the only reminder.
inbox-mail-on = You are reminded by mail when something new waits, three days before it is due, on the day, and weekly once it is late or has no day. One mail a working day at most, and one more when HR reminds everybody.
inbox-mail-off = You get no reminders by mail.
inbox-mail-today = The last one went today.
inbox-mail-last = The last one went on { $date }.
inbox-mail-never = None has gone so far.
inbox-mail-stop = Stop reminders
inbox-mail-start = Get reminders
inbox-mail-title =
    { $count ->
        [one] { $count } thing waits for you
       *[other] { $count } things wait for you
    }
inbox-mail-foot = Clinch sends this while something waits for you. The inbox has a switch to stop it.
inbox-remind = Remind everybody
inbox-reminded =
    { $count ->
        [0] Nobody else has anything left to write
        [one] { $count } person is reminded
       *[other] { $count } people are reminded
    }
inbox-reminded-hint = The mails go out within a minute or two.
inbox-reminded-today = A reminder went today
inbox-reminded-today-hint = Once a day is enough. The next one can go tomorrow.
# Links by mail
send-link = Send the link
link-mailed = A link is on its way to { $email }.
link-not-mailed = The link could not be sent by mail.
mail-invitation =
    { $days ->
        [one] Set a password to sign in. The link works once, for { $days } day.
       *[other] Set a password to sign in. The link works once, for { $days } days.
    }
mail-reset-title = A new password for { $company }
mail-reset = Somebody asked for a link to set a new password for this address. It works once, for 30 minutes. Without it nothing changes.
mail-link-foot = Whoever has the link can sign in as you, so do not pass it on.
# Customers and matrix managers in an appraisal
waits-part-matrix = View as the matrix manager
part-matrix = Matrix manager
choice-kind-matrix = Matrix manager
field-matrix_manager = Matrix manager
field-customer_name = Customer’s name
field-customer_email = Customer’s e-mail
form-reads-matrix = The manager, those above and HR read it once you hand it in; the person reads it when HR releases the results. It is shown and does not count in the score.
form-customers = Customers
form-customers-hint = Those above ask; a customer answers by a link, and nobody reads who answered what.
form-error-colleague = This is a colleague’s address. Name them as a peer instead.
form-error-enough-customers = Eight customers are the most.
customer-name = Name
customer-ask = Ask this customer
customer-withdraw = Ask no more
customer-withdrawn = not asked any more
customer-link-for = Link for { $name }
customer-link-hint = Send this link to the customer yourself. It is shown once, and whoever has it can answer.
customer-cannot-tell = Cannot tell
customer-mail-title = Your view of { $name }
customer-mail = { $company } would like to know how you see the work of { $name }. It takes about five minutes and no account.
customer-mail-foot = You get this because { $company } named you as a customer of { $name }. If you do nothing, nothing happens.
customer-view-title = How do you see the work of { $name }?
customer-view-hint = Choose a level from 1, the lowest, to 5, the highest. What you cannot tell you leave open.
customer-view-rule = Nobody reads what you in particular answered. Only the mean is told, and only when { $count } or more customers have answered.
customer-view-give = Give my view
customer-view-empty = Choose a level for one thing at least.
customer-view-thanks = Thank you
customer-view-thanks-hint = Your view is kept. This page can be closed.
customer-view-gone = Nothing more to answer here
customer-view-gone-hint = This link was used already, or the appraisal is over.
form-error-by-hand = Mail is not set up here, so HR asks customers and hands the links over.
form-error-not-mailed = The letter to the customer could not be sent. Send a new link later.
customer-link = Link
customer-link-new = New link
field-withdrawn_on = Asked no more since
