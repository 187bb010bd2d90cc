"""English, and what is not anybody's language: `p1`, `wip`, `prog`.

A line is a meaning, which is a role and a value, and words and phrases that have it; a meaning has as many lines as it
needs. A word may have several; the longest phrase that fits is taken. To add a synonym, add it to a line of its meaning.
"""

TABLE = """
verb view       : any update, any updates, any news, any progress, eta, status update, tell me if, tell me whether, need info on, i need info on, give list of, give the list of, give a list of, give list, give the list
verb view       : get info on, need details on, get, get an update on, status, view, show, list, display, fetch, find, search, search for, look up
verb view       : pull up, bring up, give me, give us, dig out, dig up, pull out, the list of, list of, the full list of, a full list of
verb view       : the overview of, a quick list of, a quick overview of, the latest list of, need a rundown of, need an overview of, need a list of
verb view       : i need a list of, i need an overview of, i need a rundown of, a rundown of, an overview of, a list of, i wouldn't mind seeing
verb view       : wouldn't mind seeing, i'd love to see, what's on our plate, what's on my plate, the latest, what's the latest, what's new, tell me
verb view       : tell us, show me, show us, see, check, check on, look at, let me see, let's see, let me know, print, any news on, any update on
verb view       : any updates on, any updates about, any progress on, an update on, the latest on, get me, get us, rundown, rundown on, the rundown on
verb view       : lowdown on, run me through, talk me through, details, detail, info, information, summary, overview, what about, how about, how's
verb view       : what's up with, remind me what, remind me what's, remind us what, remind me again what, remind me who, remind me which
verb view       : refresh my memory on, refresh my memory about, jog my memory on, fill me in on, fill us in on, catch me up on, catch us up on
verb view       : bring me up to speed on, update me on, update us on, brief me on, recap, walk me through, read, browse, filter, search tickets
verb view       : find me, lookup, what happened with, lets see, gimme, shw
verb create     : create, new, add, creating, adding
verb close      : close, resolve, done, finish, complete, close out, close off, close down, closing out, closing off, closing, resolving, wrap up
verb close      : finish off, shut, mark done, finishing, completing, sort out, finalize, finalise, be done with
verb start      : picked this up, picked it up, picking this up, picking it up, picked this one up, taking this, taking it, taking this one
verb start      : grabbed this, grabbed it, start, begin, pick up, picking up, picking, take, taking, take over, taking over, work on, working on
verb start      : grab, start work on, start working on, started work on, started working on, starting on, starting, beginning, grabbing, looking into
verb start      : look into, looking at, investigating, on it, i'm on it, claim, claiming, tackling, tackle, working, i'll take, i'll pick up
verb start      : i'll grab, i'll look into, i'll look at, i'll have a look at, i'll take a look at, i'm having a look at, i'm taking a look at
verb start      : having a look at, taking a look at, begun, begun work on, begun working on, i've begun, i've begun working on, i have begun
verb start      : i'll work on, i've got, i got, i've started, i'm on, im on, i am on, i'm now on, i'm currently on, i'm already on, we're on
verb start      : currently on, busy with, digging into, started on, kick off, commence, pick, let me take, i'll handle, handling
verb reopen     : un-close, un-resolve, open it again, open it back up, open this again, open that again, reopen, re-open, reopening, re-opening
verb reopen     : open again, open back up, unclose, unresolve, open it up again, open this up again, open that up again, open up again
verb update     : flip, flick, stick, consider, call it, give, update, set, change, make, mark, move, put, turn, switch, modify, edit, adjust, bulk, put in
verb update     : bulk_update, bulk-update, bulk update, flag, tag, label, classify, categorize, categorise, recategorize, recategorise, reclassify
verb update     : convert, transition, bring, shift, treat, reprioritize, reprioritise, updating, setting, changing, moving, marking, drag, push
verb update     : assign category, correct, mass update, batch update
verb raise      : bumping, bumping up, raising, bump, bump up, raise, escalate, prioritize, prioritise, upgrade, increase, boost, expedite
verb lower      : take it down, take this down, take that down, bring it down, bring this down, set this down, set it down, lowering, dropping, lower
verb lower      : downgrade, deprioritize, deprioritise, de-prioritize, de-prioritise, decrease, reduce, demote, drop
verb rename     : call this one, call this ticket, rename, retitle
verb note       : comment, annotate, comment on
verb undo       : undo, revert my last change, take that back, undo that, undo it, undo this, undo my last change, undo last change
verb undo       : undo the last change, undo my change, undo last
verb history    : history, log of, changelog, audit, history of, history for, timeline, who changed, what changed in, what changed on, activity
verb help       : help, commands, usage help, h, how to, man, help me, i need help, need help, i need some help, some help please, help please
verb help       : instructions, manual, how does this work, how do you work, what can you do, what do you do, how do i use this, how do i use you
verb help       : how can you help, what are the commands, what commands, who are you, what are you, show help, show commands, list commands
verb help       : show me the commands, options, menu, what can i do, what can i say, what can i ask
verb delete     : delete, remove, erase, purge, destroy, trash, wipe, rm, nuke, discard, deleting
verb export     : export, dump, download
verb usage      : usage, token usage, tokens used, show usage, usage report
verb cannot     : assign, reassign, assign to, unassign, merge, link, split, snooze, archive, subscribe, unsubscribe, watch, follow, attach, remind
verb cannot     : remind me about, remind me of, schedule, notify, ping, clone, duplicate, copy, lock, pin, vote, transfer, email, forward, block
verb cannot     : unblock, approve, reject, cc

opens ticket    : open, open up, raise, file, log, make, submit, register, record, put in, put up, put together, start, write up, enter, log in
opens ticket    : open me, adding, write, draft, set up, generate, spin up, track, report, reporting, add, create, new, logging, filing, opening
opens ticket    : raising, creating, making, cut, throw in, drop in, kick off, get me, make me, open us, issue, lodge, post, insert, pop in, stick in
opens ticket    : note down, jot down, write down
opens asked     : get, have
wants ticket    : need, needs, want, wants, asked for, asks for, asking for, asked to open, asked me to create, asked us to create, asked me to open
wants ticket    : asked to create, asked to have, asked me to log, asked me to file, asked me to raise, requested, requests, requesting, would like
wants ticket    : i'd like, we'd like, wanted, wants us to open, wants me to open, is asking for, are asking for, is requesting, there should be
wants ticket    : deserves, deserve, we should have, should have, could use, could do with, would love, is after, insists on, demands, demanded, worth

stat open       : needs to be reopened, needs reopening, should be reopened, must be reopened, needs to be opened again, needs to be opened up again
stat open       : needs to be open again, isn't actually fixed, is not actually fixed, wasn't actually fixed, isn't really fixed, open, reopened
stat open       : re-opened, unresolved, not fixed, isn't fixed, is not fixed, wasn't fixed, not resolved, isn't resolved, is not resolved, untouched
stat open       : not started, unstarted, not yet started, hasn't been started, haven't been started, nobody has started, nobody's started
stat open       : no one has started, no one's started, nobody has picked up, nobody's picked up, no one has picked up, no one's picked up
stat open       : nobody has touched, nobody's touched, not picked up, hasn't been picked up, haven't been picked up, nobody has started yet
stat open       : no one has started yet, nobody's started yet, no one's started yet, not started yet, nobody has picked up yet
stat open       : nobody's picked up yet, not picked up yet, not actually fixed, not really fixed, not fixed yet, isn't fixed yet, is not fixed yet
stat open       : still broken, is still broken, still failing, is still failing, still not fixed, is still not fixed, still not working
stat open       : is still not working, still happening, is still happening, broken again, is broken again, is back again, need doing, needs doing
stat open       : still need doing, still needs doing, still to do, left to do, back to open, not solved, isn't solved, todo, to-do, to do
stat open       : outstanding, back open, came back, is back, happening again, is happening again, failing again, unfixed
stat prog       : prog, in progress, in-progress, inprogress, in_progress, in prog, wip, in the works, ongoing, on going, underway, under way
stat prog       : progress, everyone working on, everybody working on, anyone working on, people working on, the team working on, picked up
stat prog       : been picked up, started, being worked on, in process, in work, work in progress, in development, doing, under investigation
stat prog       : in flight, on-going, on it now
stat done       : done yet, finished yet, closed yet, resolved yet, fixed yet, can be marked as done, can be marked as closed
stat done       : can be marked as resolved, can be marked done, should be marked as done, can now be closed, can be closed now, is sorted
stat done       : is sorted out, all sorted, is sorted now, got sorted, done and dusted, is done and dusted, are done and dusted, shipped, done
stat done       : closed, resolved, fixed, finished, completed, solved, sorted out, all done, taken care of, wrapped up, handled, all set, all fixed
stat done       : was fixed, was resolved, was closed, was solved, has been fixed, has been resolved, has been closed, has been solved
stat done       : has been completed, been fixed, been resolved, been closed, got fixed, got resolved, is fixed now, now fixed, is all done
stat done       : is good to close, good to close, can be closed, can be closed out, can be marked done, can be resolved, ready to close
stat done       : ready to be closed, is solved now, fully fixed, should be closed, may be closed, good to go, was completed, was finished, were fixed
stat done       : were resolved, have been fixed, have been resolved, have been closed, is complete, are complete, can close, you can close
stat done       : we can close, we can close out
pri 1           : are blockers, are blockers now, burning, urgent, asap, high, critical, emergency, blocker, blocking, top priority, highest, p1, p0
pri 1           : sev1, sev0, p1s, sev 1, sev-1, prio1, pri1, highest priority, urgently, crit, high priority, high prio, high-priority, high-prio
pri 1           : high pri, top prio, urgent priority, critical priority, highest prio, priority one, as soon as possible, right away, show stopper
pri 1           : showstopper, show-stopper, mission critical, immediately, p-1, severity 1, prio one, a.s.a.p, priority high, hi pri, hi-pri, hipri
pri 1           : hi prio, very urgent, super urgent, really urgent, super high, very high, extremely urgent, most urgent, drop everything
pri 1           : top-priority
pri 2           : medium, normal, mid, moderate, average, p2, sev2, sev 2, sev-2, prio2, pri2, medium priority, normal priority, medium prio
pri 2           : normal prio, med priority, med, mid priority, medium-priority, regular priority, default priority, standard priority
pri 2           : moderate priority, p-2, severity 2, normal-priority, med prio, mid prio, priority two, p2s
pri 3           : low, minor, trivial, p3, p4, sev3, sev 3, sev-3, prio3, pri3, low priority, low prio, low-priority, low-prio, lowest
pri 3           : lowest priority, no rush, no hurry, not urgent, isn't urgent, is not urgent, it's not urgent, p3s, p4s, zero rush, no real rush
pri 3           : no great rush, no rush at all, not in a rush, zero urgency, minor thing, tiny thing, non-urgent, nonurgent, non urgent, not critical
pri 3           : not high priority, not a priority, nice to have, nice-to-have, whenever you can, when you have time, low pri, not important
pri 3           : no urgency, not super urgent, not very urgent, not that urgent, not a blocker, not blocking, unimportant, minor priority, p-3
pri 3           : severity 3, very low, super low, lo pri, no pressure, not in a hurry, not at all urgent, there's no rush, no big rush, can wait
pri 3           : it can wait, this can wait, not pressing, not time critical, isn't critical, isn't a priority, not an emergency, no need to hurry
pri 3           : take your time, backlog priority, whenever possible, priority three, cosmetic
cat code        : code, coding, software, bug, bugs, development, dev, programming, backend, frontend, back-end, front-end, codebase, code category
cat infra       : infra, infrastructure, devops, ops, operations, deployment, platform, sre, sysadmin, infrastructure category
cat doc         : doc, docs, documentation, document, documents, documentations, documentation category, doc category, docu
cat other       : other, misc, general, miscellaneous, others, other category, none of those
field pri       : pri, priority, prio, severity, sev, urgency, importance, priorities
field cat       : cat, category, area, type, categories
field stat      : stat, status, state
field title     : title, title should be, the title should be, subject, name, titled, headline, summary line
field desc      : desc, description, descr, details field, body
field res       : res, resolution, note, notes, comment, comments, remark, resolution note, a note, work note, a comment
field page      : page

noun one        : tiket, tikcet, ticekt, tciket, tickt, ticet, tikket, itcket, tickte, ticket, issue, task, request, case, incident, problem, item
noun one        : bug, bug report, defect, feature request, work item, support ticket, support request, trouble ticket, tix, tick, error report
noun one        : feature, story, jira, service request, change request, improvement, enhancement, enhancement request, support case, tkt
noun one        : ticket number, ticket id, new ticket
noun many       : tickets, issues, tasks, requests, cases, incidents, problems, items, bugs, ones, stuff, things, entries, defects, bug reports, work
noun many       : anything, something, everything we have, feature requests, ticket list, queue, board, backlog, list of tickets, work items, tix list
noun many       : jiras
kind bug        : bug, issue, problem, defect, incident, bugs, error, outage

all yes         : all, every, everything, each, all of, any, all the, every single, each and every, all of the, whole, entire, the rest, remaining
all yes         : all of them, every last, all of it, whole list, the whole list, the lot, the full list, full list, complete list, the complete list
all yes         : entire list, the entire list
mine yes        : my, mine, i have, i own, i opened, i created, i reported, i filed, by me, of mine, opened by me, created by me, reported by me
mine yes        : i made, i logged, from me, i raised, i submitted, i have open, what did i open, what did i report, what did i create
mine yes        : what did i file, what have i opened, what have i reported, what have i created, what i opened, what i reported, what i created
about yes       : about, regarding, mentioning, containing, with the word, with the words, matching, that mention, which mention, related to
about yes       : concerning, re, that contain, with text, called, named, saying, that say, to do with
page next       : next page, next, more, show more, next ones, older ones, show older
page previous   : previous page, previous, prev page, prev

glue yes        : the, a, an, to, as, is, of, for, on, in, into, at, with, now, are, me, us, i, we, our, up, over, there, currently, both, one, it is, together, combined
glue yes        : its, through, under, within, that's, that are, that is, which are, which is, who, number, no., nr, please note, do we have, do we
glue yes        : have, has, got, have we got, right now, today, all, still, just, already, then, back, id, ids, category of, some, existing, also
glue yes        : here, we're, i'm, i am, we are, i've, we've, finally, left, remaining, so, say, your, next to, off of, onto, value, field, ticket's
glue yes        : its priority, again, too, well, instead, that need, my side, side, oldest, most recent, they're all, really, definitely, clearly
glue yes        : obviously, recently, lately, newest, thing, more of a, more of an, rather a
to yes          : should be filed as, should be filed under, filed under, belong to, belong in, belong under, belongs under, goes under, should read
to yes          : should say, need to go to, needs to go to, should go to, has to go to, have to go to, go to, should be, needs to be, must be
to yes          : has to be, need to be, have to be, ought to be, should get, to, as, into, ->, =, onto, back to, over to, up to, down to, to be
to yes          : belongs to, belongs in, goes to, goes in, is now, becomes, became, just became, has become, file it under
ought yes       : should be, needs to be, must be, has to be, need to be, have to be, ought to be
from yes        : out of, from, was, used to be
and yes         : and, &, &amp;, plus, as well as, along with, also, then, and then, and also, +
or yes          : or, /
up yes          : up, over, on
lists yes       : list, browse, filter, liste, lista, lister, listar, auflisten
search yes      : search, search for, find, find me, look up, lookup, suche, suche nach, busca, buscar, cherche, chercher, procura, procurar
through yes     : through, thru, till, until, bis, hasta, jusqu'à, até
except yes      : are not, aren't, that are not, that aren't, except, except for, but, but not, apart from, aside from, save for, bar, excluding
except yes      : other than, without, not, sauf, excepto, exceto, außer, ohne, minus, isn't, is not, that isn't, that's not, that is not

polite yes      : lol, haha, tbh, fwiw, for standup, for the standup, for the meeting, for the call, for the retro, for the report, imo, imho, please
polite yes      : pls, plz, please please, kindly, asap, thanks, thank you, thx, ty, cheers, tia, thanks in advance, thank you in advance
polite yes      : much appreciated, ta, tysm, thanks a lot, many thanks, thank you so much, thanks so much, regards, kind regards, best regards
polite yes      : warm regards, many regards, when you can, if you can, if possible, when you get a chance, when you get a sec, when you get a minute
polite yes      : when you have a minute, when you have a moment, when you have a sec, when you have time, if you don't mind, if that's ok
polite yes      : whenever you can, whenever, for me, for us, real quick, quickly, quick, at your convenience, if you could, when possible, right away
polite yes      : immediately, would be great, that would be great, would be nice, appreciate it, sir, folks, team, guys, mate, buddy, friend, bot
polite yes      : ticketbot, tickets bot, dear, there
greet yes       : hi, hey, hello, hiya, heya, yo, good morning, good afternoon, good evening, morning, afternoon, evening, greetings, howdy, hey there
greet yes       : hi there, hello there, hi team, hey team, hello team, hi all, hey all, hi everyone, hello everyone, hi folks, sup, gm, hi guys
greet yes       : hey guys, hello all, hey folks, hey bot, hi bot, good day, hii, hiii, heyy, heyyy, helloo, hellooo, hihi
filler yes      : turns out, it turns out, nope, while we're at it, while you're at it, while i'm at it, since you're here
filler yes      : not sure if this is the right place, not sure if this is the right place but, not sure this is the right place
filler yes      : not sure this is the right place but, not sure if this is right but, not sure where to put this, not sure where to put this but
filler yes      : not sure who to ask, not sure who to ask but, no idea if this is the right place, no idea if this is the right place but, er, eh
filler yes      : ehm, hmpf, whoops, aah, ahh, sorry to bother, sorry to bother you, sorry to bug you, sorry to nag, sorry to interrupt
filler yes      : sorry for bothering you, sorry for the trouble, apologies, first, firstly, ok, okay, so, um, uh, erm, well, right, alright, oh, ah
filler yes      : hmm, hm, fyi, btw, by the way, just, quick one, quick question, heads up, also, yes, yep, yeah, sure, sorry, anyway, actually, oops
filler yes      : argh, ugh, wow, now, look, listen, ok so, great, cool, perfect, awesome, basically, honestly, sadly, unfortunately, annoyingly
filler yes      : weirdly, apparently, headsup, hmmm, but, thanks for nothing
request yes     : be so kind and, could you please be so kind and, could you be so kind and, would you be so kind and, would you please be so kind and
request yes     : would you be so kind as to, would you be so kind to, could you be so kind as to, be so kind as to, if you could please, someone pls
request yes     : someone please, somebody pls, somebody please, pls someone, please someone, can some1, anyone please, anyone pls, can you, could you
request yes     : would you, will you, can u, could u, would u, can someone, could someone, can somebody, could somebody, can anyone, could anyone
request yes     : can anybody, would someone, can you please, could you please, would you please, can you pls, could you pls, would you mind
request yes     : would you kindly, could you kindly, can you just, could you just, could you quickly, can you quickly, can you go ahead and
request yes     : may i ask you to, i'd like you to, i want you to, i need you to, i would like you to, we'd like you to, go ahead and, feel free to
request yes     : you can, you may, please can you, please could you, pls can you, pls could you, would it be possible to, is it possible to
request yes     : any chance you could, any chance you can, are you able to, be so kind to, be a dear and, do me a favor and, do me a favour and
request yes     : i'm asking you to, time to, ready to, i'd be grateful if you could, it would be great if you could, would be great if you could
request yes     : it'd be great if you could, would appreciate if you could, i wonder if you could, i was wondering if you could, mind
request yes     : would one of you, go and, go, can you also, could you also, can we please
wish want       : let's, lets, let us, i'd like to, i would like to, i want to, i wanna, we'd like to, we would like to, we want to, want to
wish want       : i'd love to, i just want to, i wish to, let me, i would love to
wish have       : may i get, may we get, would it be possible to get, would it be possible to have, is it possible to get, is it possible to have
wish have       : any chance of getting, any chance we could get, any chance i could get, would be great to have, would be nice to have
wish have       : it would be great to have, it would be nice to have, it'd be great to have, it'd be nice to have, can we have, could we have
wish have       : can i have, could i have, can we get, could we get, can i get, could i get, may i have, may we have, i'd love to have
wish have       : we'd love to have, i would love to have, i wish we had, wish we had, it would be nice if we had, it would be great if we had
wish may        : i wanted to, i just wanted to, i need to, we need to, need to, i have to, we have to, i'm trying to, i am trying to, can i, may i
wish may        : could i, can we, could we, might we, trying to, i am looking to, looking to, allow me to, i must, we must, gotta, i'm going to
wish may        : i'm gonna, mind if i, i think we need to, i think we should, we should, i should, someone should, someone needs to, somebody should
wish may        : you should, maybe we should, we ought to, i think i need to, should i, should we, shall i, shall we
neg order       : yeah right, yeah sure right, as if, don't, dont, do not, never, not, no need to, please don't, pls don't, please do not, stop, avoid
neg order       : without, nobody should, nobody, no one, neither, nor, hold off, hold off on, must not, mustn't, refrain from, leave, keep, let's not
neg order       : lets not, under no circumstances, nothing, none, except, but not, excluding, other than, rather not, no reason to, never mind
neg order       : dont ever, don't ever, by no means, cancel that, forget it, forget about, ignore, skip, shouldn't, should not, do n't, you shouldn't
neg order       : we shouldn't, we should not, i don't want to, i don't want you to, we don't want to, don't you dare, no
neg state       : doesn't, does not, isn't, is not, aren't, are not, won't, will not, didn't, did not, hasn't, haven't, has not, have not, cannot
neg state       : can't, can not, couldn't, could not, wouldn't, no longer, not yet, hardly, barely, instead of, rather than, in place of, wasn't
neg state       : weren't, nope, shan't, ain't
cond yes        : if, unless, once, until, till, when, whenever, as soon as, in case, provided, provided that, assuming, only if, only when, only
cond yes        : otherwise, depending on, after, before, while, suppose, supposing, imagine, maybe, perhaps, might, may, whether, what if
cond yes        : hypothetically, in theory, as long as, so long as, on condition, would, almost, nearly, half, partly, partially, not sure, unsure
cond yes        : probably, possibly, i think, i guess, i believe, i wonder, wondering, say we, let's say, someday, one day, eventually
cond yes        : don't forget to, remember to, remind me to, plan to, planning to, hope to, going to, about to, soon, in the event, were to, had we
cond yes        : should anyone, for example, e.g., eg, example, like, such as, pretend, contingent on, subject to, pending
time yes        : for today, for now, for the day, for the moment, for the time being, for this week, tomorrow, tonight, later, later today, next week
time yes        : next month, next sprint, next monday, monday, tuesday, wednesday, thursday, friday, saturday, sunday, eod, end of day, this evening
time yes        : this afternoon, by tomorrow, by friday, by monday, on monday, on tuesday, on wednesday, on thursday, on friday, by eod, by the end
time yes        : at noon, at midnight, in an hour, in two hours, in a week, in a few days, in a few minutes, in a bit, soon, at the end
time yes        : on the weekend, after lunch, this weekend, by next week, by tonight
glue yes        : side by side, nothing else, whatever's, whatever is, whichever is, rn, atm, all three, all two, all four, all five, all 2, all 3
glue yes        : all 4, all 5, is actually, is really, is in fact, turned out to be, turns out to be, turned out to be a, turns out to be a
glue yes        : turned out to be an, turns out to be an, i could grab, i can grab, i could take on, i can take on, i could pick up, i can pick up
glue yes        : i could do, i could work on, i can work on, at the moment, at present, lying around, lying about, hanging around, sitting around
glue yes        : kicking around, floating around, left over, on the table, on our plate, on my plate, anymore, any more, any longer, after all
glue yes        : sorted by priority, by priority, ordered by priority, sorted by urgency, by urgency, kind of, it's, this is, that's, that is
glue yes        : these are, they are, they're
wh yes          : what, what's, whats, what're, which, who, who's, whose, why, where, where's, how, how's, how many, how much, when's, what is
wh yes          : what are, which one, which ones, wheres, hows, whos, what was, when was, when did, who is, why is, why are, how is, how are
wh yes          : how come, where are, where is, what does, what did, what do, when is, when will, what has, what have
count yes       : how many, number of, count, count of, total, the number of
modal yes       : should, shall, can, could, may, might, would, will, must, ought, shall we, should we, should i, shall i, do we need to, how i can, how we can
modal yes       : do we want to, do i need to, do you want me to, do you want, shouldn't we, can't we, is it ok to, is it okay to, is it fine to
modal yes       : is it safe to, would it be ok to, would it be okay to, am i allowed to, are we allowed to, do you think, do you think we should
modal yes       : can't you, why don't we, why don't you, why not, how do i, how do we, how can i, how can we, how would i, what happens if, what if
modal yes       : is it time to, do we have to, do i have to, may we, are we going to, will you, is there a way to, any reason to, any reason not to
modal yes       : how does one, who can, who should, who may, who will, who could, what would happen if, does anyone object to, any objections to
modal yes       : ok to, okay to, fine to, safe to, want me to, should someone, shouldn't i, couldn't we, won't it
howto yes       : how do i, how do we, how can i, how can we, how to, how would i, how does one, what's the command to, what is the command to, how i can, how we can
howto yes       : what's the command for, what is the command for, what's the syntax for, what is the syntax for, how should i, is there a command to
howto yes       : is there a command for, is there a way to, what do i type to, how might i, what do i write to, how does
aux yes         : people, remain, remains, stay, stays, is, are, was, were, do, does, did, has, have, had, am, isn't, aren't, doesn't, didn't, hasn't
aux yes         : haven't, wasn't, weren't, don't, is there, are there, does anyone, is anyone, has anyone, did anyone, did someone, has someone
aux yes         : did you, have you, do you, are you, have we, did we, do we, are we, is it, was it, ain't, any, anybody, anyone
pron yes        : the second one, the third one, second one, the other two, both of them, the first two, it, this, that, them, these, those, this one
pron yes        : that one, the same, the above, this ticket, that ticket, this issue, that issue, this bug, these tickets, those tickets, the one
pron yes        : the first one, the last one, my last ticket, the last ticket, the previous one, the latest one, the other one, previous one
pron yes        : last one, the one above, the newest one, 'em, em, this thing, this task, this problem, this request, the latest ticket
pron yes        : the newest ticket, my ticket
because yes     : in pr, in mr, in build, in release, in version, in commit, in the latest, in the last, in prod, in production, on prod
because yes     : on production, on staging, because, cause, cos, bc, b/c, since, as, due to, by, via, with, after, thanks to, reason, cuz, using
because yes     : following, see, per, wontfix, won't fix, wont fix, duplicate, duplicate of, dup of, dupe of, dup, dupe, as duplicate
because yes     : as duplicate of, as a duplicate of, as dup of, as wontfix, as won't fix, as invalid, invalid, obsolete, no longer needed
because yes     : not needed anymore, not reproducible, cannot reproduce, can't reproduce, cannot be reproduced, works as designed, by design
because yes     : not a bug, not an issue, no longer relevant, not relevant anymore, not needed, won't be fixed, false alarm, user error, as obsolete
because yes     : superseded, superseded by, replaced by, merged into, same as, works now, works again, it works, works for me, working now
because yes     : working again, was, turned out, turns out, root cause, cannot reproduce anymore, no longer reproducible, no longer happens
because yes     : no longer happening, no longer an issue, no longer applies, nothing to do, not a problem, expired, unreproducible, out of scope
because yes     : now that, same thing as, same bug as, same issue as, same problem as, same error as
mistake yes     : by mistake, by accident, accidentally, mistakenly, wrongly, too early, prematurely, in error, erroneously, aus versehen
mistake yes     : versehentlich, por error, par erreur, por engano
oops yes        : wait, no wait, nevermind, never mind, nvm, scratch that, i mean, i meant, oops, correction, actually no, or rather, jk, just kidding
oops yes        : just joking, kidding, on second thought, hang on, hold on, my mistake, ignore that, actually, not really, psych, lol, sorry i mean
oops yes        : sorry i meant, disregard, forget that, no i mean, err, make that
but yes         : but, however, though, although, still

said yes        : said, says, wrote, told me, told us, asked me, yelled, typed, replied, mentioned, claims, claimed, according to, quote, quoting
said yes        : he said, she said, they said, told, asked, suggested, suggests, the docs say, the message says, keeps saying, shouting
"""
