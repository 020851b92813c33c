# The frame of every page
skip-to-content = Skip to content
main-menu = Main menu
quick-menu = Quick menu
your-menu = Your menu
breadcrumb = You are here
theme = Theme
theme-light = Light
theme-dark = Dark
theme-auto = As the device
language = Language
profile = Profile
sign-out = Sign out
nav-results = Results
nav-customers = Customers
nav-sales = Sales
nav-organisation = Organisation
nav-administration = Administration
reference = Reference { $reference }
back-home = Go to the start page
more = More
nav-settings = Settings
copy = Copy
copied = Copied
search-or-go = Search, or go to a page
search-hint = Type a name or a number.
search-results = Results
search-see-all = All { $count }

# Time
now = now
today = Today
earlier = Earlier
later = Later
show = Show
back-to-now = Back to now
past-as-of = You are looking at { $date }, with what is known now.
past-known-at = You are looking at { $date }, with what was known on { $known }.
past-changes = What changed since

# Lists and forms
close = Close
add = Add
continue = Continue
try-again = Try again
download = Download
upload = Upload
send = Send
choose = Choose
yes = Yes
no = No
any = Any
none = None
actions = Actions
loading = Loading
saved = Saved
undone = Undone
chart = Chart
table = Table
pages = Pages
page-previous = Previous
page-next = Next
rows-of = { $first }–{ $last } of { $total }
rows-from-to = { $first }–{ $last }
rows-count =
    { $count ->
        [one] 1 row
       *[other] { $count } rows
    }
sorted-by = Sorted by { $name }
clear-filters = Clear all
remove-filter = remove this filter
form-errors =
    { $count ->
        [one] 1 field needs a change. What you typed is kept.
       *[other] { $count } fields need a change. What you typed is kept.
    }
empty-list = Nothing here yet
empty-list-hint = Import a file, or add the first one by hand.
empty-search = Nothing matches
empty-search-hint = Check the spelling, or clear a filter.
