"""The roles of words: in a command, around a new ticket, in a report."""

from enum import Flag, auto


class Role(Flag):
    """What a word may be (`done`: a verb and a status); its position in the message decides which role counts."""

    # Parts of a command
    VERB = auto()  # what to do; `lexicon` lists its values
    STAT = auto()  # a status
    PRI = auto()  # a priority
    CAT = auto()  # a category
    FIELD = auto()  # a field's name
    ID = auto()  # a ticket id
    NOUN = auto()  # `one`: ticket, `many`: tickets
    KIND = auto()  # a noun for a kind of ticket: bug
    TO = auto()  # before the new value
    FROM = auto()  # before the old value
    AND = auto()  # joins ids or clauses
    OR = auto()  # between alternatives
    THROUGH = auto()  # between the ends of a range
    EXCEPT = auto()  # before what is excluded
    PRON = auto()  # it, this one
    GLUE = auto()  # a word that changes nothing: the, is
    PARTICLE = auto()  # a verb's particle: up, over
    NUMBERED = auto()  # before an id's number
    OUGHT = auto()  # says how something should be: needs to be
    BECOMES = auto()  # a participle that asks for a new state after `should be`: closed
    TERSE = auto()  # a verb that can be a command of its own: close
    CLEAR = auto()  # makes a command even in a thread's talk; `alone`: only if nothing else is said
    ENOUGH = auto()  # confirms a priority: low is enough
    # Lists
    ALL = auto()  # all, every; `both`; `any`; `rest`: and so on
    MINE = auto()  # of the person who asks
    PAGE = auto()  # the next or previous page
    ABOUT = auto()  # before words to search for
    COUNT = auto()  # how many
    STATS = auto()  # asks for counts by status
    WHEN = auto()  # a day or days; its value is the English form: `last week`
    LISTED = auto()  # describes tickets of a list; `open`: not assigned, `stale`: abandoned
    LISTS = auto()  # a verb that only asks for lists: list
    SEARCH = auto()  # a verb of searching: find
    # Manner
    POLITE = auto()  # please; `thanks`; `signs`: ends a letter
    GREET = auto()  # hello
    FILLER = auto()  # well, so
    REQUEST = auto()  # can you
    WISH = auto()  # I would like to
    PERMISSION = auto()  # a permission, not a command: you could, feel free to
    # What rules a command out
    NEG = auto()  # `order`: do not; `state`: it is not
    COND = auto()  # if, maybe
    TIME = auto()  # tomorrow
    MODAL = auto()  # should we
    WH = auto()  # a question word
    HOWTO = auto()  # how do I
    AUX = auto()  # begins a question, or says how something is
    WONDER = auto()  # `yet` makes a question; `still` does so before a status
    OOPS = auto()  # a change of mind
    BUT = auto()  # but, however
    SAID = auto()  # attributes a statement: says
    WHETHER = auto()  # makes the command before it conditional
    MISTAKE = auto()  # done by mistake
    # Notes
    BECAUSE = auto()  # begins a note; `how`: by, with, whose note is no reason and may be a plan
    REASON = auto()  # introduces a note without being part of it
    REFERS = auto()  # refers to another ticket in a note: see
    CLOCK = auto()  # before a time of the day
    # New tickets
    CREATE_VERB = auto()  # creates something: open, file; a new ticket if its object is a ticket
    WANTS = auto()  # asks for a ticket: need
    TICKET = auto()  # means nothing but a ticket
    ADDS = auto()  # puts a ticket somewhere: add
    LOGS = auto()  # records something as a ticket: log
    LOGGED = auto()  # recorded as a ticket: logged
    BACKLOG = auto()  # where tickets are kept: backlog
    LABEL = auto()  # announces a ticket before a colon: todo
    BEGINS = auto()  # announces a ticket without a colon: fixme
    LEADS = auto()  # leads to the title: for, about
    CONNECTS = auto()  # stands between the request and the title
    INDIRECT = auto()  # for whom: me, us
    ARTICLE = auto()  # a, the, my
    FINAL = auto()  # a verb at the end: `anlegen`
    FORM = auto()  # a field's name that only forms use: details
    NOVEL = auto()  # who or what is new: `new hire`
    NAMED = auto()  # a name used with thanks: mate
    LEADING_BUT = auto()  # a leading `but`
    # Around a title
    BESIDE = auto()  # may stand beside a priority in a clause of its own: it's
    WITHIN = auto()  # before a place: in, on
    WEAK_PRIORITY = auto()  # a priority that is also an everyday adjective: low
    MEASURES = auto()  # something that can be high or low: memory
    NAMES = auto()  # makes a priority part of a name: `urgent care`
    USES = auto()  # makes a priority part of the sentence: marked as
    BEHAVES = auto()  # what something does: returns; `acts`: only a thing does so
    BRINGS = auto()  # before values that come with the ticket: with, at
    # Reports
    TROUBLE = auto()  # something is wrong: broken
    NEED = auto()  # something is needed: need help with
    TASK = auto()  # something has to be done: renew
    CALM = auto()  # nothing is wrong
    LEAD = auto()  # comes before the report: the problem is that
    HAPPENS = auto()  # what a thing does by itself: drops
    THING = auto()  # a thing that acts, although elsewhere a verb: `search`, `export`
    PART = auto()  # makes the word before it a name: `close button`
    OURS = auto()  # production
    LESSER = auto()  # a test system
    OUT = auto()  # down
    # Small talk and second thoughts
    TALK = auto()  # small talk
    THANKS = auto()  # makes everything after it small talk; `anywhere`: the whole message
    CORRECTS = auto()  # puts right what is before it: no wait; `break`, `denial`: only between separators
    RETRACT = auto()  # withdraws a command: wrong id
    DENIAL = auto()  # withdraws a command only if it stands alone: cancel
    DOUBT = auto()  # makes a command doubtful; `last`: only at the end
    IRONY = auto()  # the opposite is meant; `first`: only at the beginning
    HESITATION = auto()  # makes a command doubtful anywhere: hmm
    DISPUTED = auto()  # says that it is not done: didn't help
    SMALL = auto()  # may come before any of these: oh
    __hash__ = object.__hash__  # members are unique; hashing by identity is as fast as for a string


# Roles that many rules skip: words that say nothing by themselves.
FUNCTION_WORDS = (
    Role.GLUE, Role.ARTICLE, Role.POLITE, Role.FILLER, Role.GREET, Role.AND, Role.PRON, Role.REQUEST, Role.WISH,
)  # fmt: skip
FIELDS = {"stat": Role.STAT, "pri": Role.PRI, "cat": Role.CAT}  # fields whose values are words
PLAIN = frozenset((Role.NAMES, Role.MEASURES, Role.BEHAVES, Role.NOVEL))  # of words that no command has
