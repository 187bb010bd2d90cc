"""What the rules ask a word for: its roles in a command, around a new ticket, in a report."""

from enum import Flag, auto


class Role(Flag):
    """A word may have several (`done` is a verb and a status); its place in the message decides which counts."""

    # What a command is made of
    VERB = auto()  # what is to be done; its value is one of those of `lexicon`
    STAT = auto()  # a status
    PRI = auto()  # a priority
    CAT = auto()  # a category
    FIELD = auto()  # a field's name
    ID = auto()  # a ticket's id
    NOUN = auto()  # `one`: a ticket, `many`: tickets
    KIND = auto()  # a noun that says what kind of ticket: a bug
    TO = auto()  # before the new value
    FROM = auto()  # before the old one
    AND = auto()  # joins
    OR = auto()  # leaves open which
    THROUGH = auto()  # between the ends of a range
    EXCEPT = auto()  # before what is left out
    PRON = auto()  # that ticket
    GLUE = auto()  # a little word that changes nothing
    UP = auto()  # a particle of a verb
    NUMBERED = auto()  # before an id's number
    OUGHT = auto()  # says how it should be, not how it is
    MOVED = auto()  # `closed`: what should be so is asked for
    CURT = auto()  # begins a command of one word
    CLEAR = auto()  # a command also in talk; `alone`: where nothing else is said
    ENOUGH = auto()  # after a priority: that it is to be
    # Lists
    ALL = auto()  # every one
    MINE = auto()  # those of whoever asks
    PAGE = auto()  # the next or previous page
    ABOUT = auto()  # before the words to look for
    COUNT = auto()  # how many
    STATS = auto()  # counts by status
    WHEN = auto()  # a day or days; its value is the same in English: `last week`
    LISTED = auto()  # says of tickets in a list which: `open` for `that nobody works on`, `stale`
    LISTS = auto()  # a verb of a list
    SEARCH = auto()  # a verb of what is looked for
    # Manner
    POLITE = auto()  # please, thanks; `signs`: ends a letter
    GREET = auto()  # hello
    FILLER = auto()  # well, so
    REQUEST = auto()  # can you
    WISH = auto()  # I would like to
    LEAVE = auto()  # leave given to somebody: no command
    # What makes it no command
    NEG = auto()  # `order`: do not; `state`: it is not
    COND = auto()  # if, maybe
    TIME = auto()  # tomorrow
    MODAL = auto()  # should we
    WH = auto()  # a question word
    HOWTO = auto()  # how do I
    AUX = auto()  # begins a question, or tells how something is
    WONDER = auto()  # `yet`: makes a question; `still` of a status behind it
    OOPS = auto()  # a change of mind
    BUT = auto()  # a contrast
    SAID = auto()  # somebody else says so
    WHETHER = auto()  # a condition in what follows a command
    MISTAKE = auto()  # done by mistake
    # Notes
    BECAUSE = auto()  # begins one; `how`: a note that is no reason, and may be a plan: `by`, `with`
    REASON = auto()  # leads to one and is no part of it
    REFERS = auto()  # names another ticket in one
    CLOCK = auto()  # before a time of the day
    # New tickets
    OPENS = auto()  # a verb that makes one, if its object is a ticket
    WANTS = auto()  # asks for one
    TICKET = auto()  # a noun that is nothing else
    ADDS = auto()  # puts one somewhere
    LOGS = auto()  # writes something down as one
    LOGGED = auto()  # written down as one
    PILE = auto()  # where tickets are put
    LABEL = auto()  # announces one before a colon
    BEGINS = auto()  # announces one without a colon
    LEADS = auto()  # leads to the title
    CONNECTS = auto()  # stands between a request and the title
    INDIRECT = auto()  # for whom: me, us
    ARTICLE = auto()  # a, the, my
    FINAL = auto()  # a verb at the end: `anlegen`
    FORM = auto()  # a field of a form
    NOVEL = auto()  # who or what is new: `new hire`
    NAMED = auto()  # a name beside thanks
    TURN = auto()  # but, at the beginning
    # Around a title
    BESIDE = auto()  # may stand beside a priority in a clause of its own
    WITHIN = auto()  # where something is
    MILD = auto()  # a priority that is an everyday adjective, too
    MEASURES = auto()  # what may be high or low
    NAMES = auto()  # turns a priority into a name: `urgent care`
    USES = auto()  # makes a priority part of the sentence
    BEHAVES = auto()  # says what something does
    BRINGS = auto()  # with, at
    # Reports
    TROUBLE = auto()  # something is wrong
    NEED = auto()  # something is needed
    TASK = auto()  # something is to be done
    CALM = auto()  # nothing is wrong
    LEAD = auto()  # comes before what is reported
    HAPPENS = auto()  # what a thing does by itself
    THING = auto()  # what does so: `search`, `export`, a verb elsewhere
    PART = auto()  # turns the word before it into its name: `close button`
    OURS = auto()  # production
    LESSER = auto()  # a test system
    OUT = auto()  # down
    # Small talk and second thoughts
    TALK = auto()  # meant as nothing
    THANKS = auto()  # makes talk of all that follows; `anywhere`: of all that is said
    RETRACT = auto()  # takes a command back
    DENIAL = auto()  # does so alone
    DOUBT = auto()  # makes it doubtful; `last`: where nothing else follows
    IRONY = auto()  # its opposite is meant; `first`: at the beginning
    HESITATION = auto()  # does so wherever it stands
    DISPUTED = auto()  # says that it is not done
    SMALL = auto()  # said before any of these
    __hash__ = object.__hash__  # there is one of each: as fast a key as a string


# What many rules pass over: words that say nothing by themselves.
LITTLE = (
    Role.GLUE, Role.ARTICLE, Role.POLITE, Role.FILLER, Role.GREET, Role.AND, Role.PRON, Role.REQUEST, Role.WISH,
)  # fmt: skip
FIELDS = {"stat": Role.STAT, "pri": Role.PRI, "cat": Role.CAT}  # whose values words have
