"""English, and what is not anybody's language: `p1`, `wip`, `prog`.

One meaning a line: role, value, and the words and phrases that have it. A word may stand on several lines; the
longest phrase that fits is taken. To add a synonym, add it to its line.
"""

TABLE = """
verb view       : any update, any updates, any news, any progress, eta, status update, tell me if, tell me whether, need info on, i need info on, get info on, need details on, get, get an update on, status, view, show, list, display, fetch, find, search, search for, look up, pull up, bring up, give me, give us
verb view       : tell me, tell us, show me, show us, see, check, check on, look at, let me see, let's see, let me know, print
verb view       : any news on, any update on, any updates on, any updates about, any progress on, an update on, the latest on
verb view       : rundown, rundown on, the rundown on, lowdown on, run me through, talk me through, details, detail, info, information, summary, overview, what about, how about, how's, what's up with
verb view       : remind me what, remind me what's, remind us what, remind me again what, remind me who, remind me which, refresh my memory on, refresh my memory about, jog my memory on, fill me in on, fill us in on, catch me up on, catch us up on, bring me up to speed on, update me on, update us on, brief me on, recap, walk me through
verb view       : read, browse, filter, search tickets, find me, lookup, what happened with, lets see, gimme, shw
verb create     : create, new, add, creating, adding
verb close      : close, resolve, done, finish, complete, close out, close off, close down, closing out, closing off, closing, resolving, wrap up, finish off
verb close      : shut, mark done, finishing, completing, sort out, finalize, finalise, be done with
verb start      : start, begin, pick up, picking up, picking, take, taking, take over, taking over, work on, working on, grab
verb start      : start work on, start working on, started work on, started working on, starting on, starting, beginning, grabbing
verb start      : looking into, look into, looking at, investigating, on it, i'm on it, claim, claiming, tackling, tackle
verb start      : working, i'll take, i'll pick up, i'll grab, i'll look into, i'll look at, i'll have a look at, i'll take a look at, i'm having a look at, i'm taking a look at, having a look at, taking a look at, begun, begun work on, begun working on, i've begun, i've begun working on, i have begun, i'll work on, i've got, i got, i've started
verb start      : i'm on, im on, i am on, i'm now on, i'm currently on, i'm already on, we're on, currently on, busy with, digging into, started on, kick off, commence, pick, let me take, i'll handle, handling
verb reopen     : reopen, re-open, reopening, re-opening, open again, open back up, unclose, unresolve
verb update     : give, update, set, change, make, mark, move, put, turn, switch, modify, edit, adjust, bulk, bulk_update, bulk-update
verb update     : bulk update, flag, tag, label, classify, categorize, categorise, recategorize, recategorise, reclassify, convert
verb update     : transition, bring, shift, treat, reprioritize, reprioritise, updating, setting, changing, moving, marking, drag
verb update     : push, assign category, correct, mass update, batch update
verb raise      : bump, bump up, raise, escalate, prioritize, prioritise, upgrade, increase, boost, expedite
verb lower      : lower, downgrade, deprioritize, deprioritise, de-prioritize, de-prioritise, decrease, reduce, demote, drop
verb rename     : rename, retitle
verb note       : comment, annotate, comment on
verb undo       : undo, revert my last change, take that back, undo that, undo it, undo this, undo my last change, undo last change, undo the last change, undo my change, undo last
verb history    : history, log of, changelog, audit, history of, history for, timeline, who changed, what changed in, what changed on, activity
verb help       : help, commands, usage help, h, how to, man, help me, i need help, need help, i need some help, some help please, help please, instructions, manual, how does this work, how do you work
verb help       : what can you do, what do you do, how do i use this, how do i use you, how can you help, what are the commands, what commands
verb help       : who are you, what are you, show help, show commands, list commands, show me the commands, options, menu, what can i do, what can i say, what can i ask
verb delete     : delete, remove, erase, purge, destroy, trash, wipe, rm, nuke, discard, deleting
verb export     : export, dump, download
verb usage      : usage, token usage, tokens used, show usage, usage report
verb cannot     : assign, reassign, assign to, unassign, merge, link, split, snooze, archive, subscribe, unsubscribe, watch, follow, attach
verb cannot     : remind, remind me about, remind me of, schedule, notify, ping, clone, duplicate, copy, lock, pin, vote, transfer, email, forward, block, unblock, approve, reject, cc

opens ticket    : open, open up, raise, file, log, make, submit, register, record, put in, put up, put together, start, write up, enter, log in, open me, adding
opens ticket    : write, draft, set up, generate, spin up, track, report, reporting, add, create, new, logging, filing, opening, raising, creating, making, cut, throw in, drop in, kick off, get me, make me, open us, issue, lodge, post, insert, pop in, stick in
opens asked     : get, have
wants ticket    : need, needs, want, wants, asked for, asks for, asking for, asked to open, asked me to create, asked us to create, asked me to open, asked to create, asked to have, asked me to log, asked me to file, asked me to raise, requested, requests, requesting, would like, i'd like, we'd like, wanted, wants us to open, wants me to open, is asking for, are asking for, is requesting, there should be, deserves, deserve, we should have, should have, could use, could do with, would love, is after, insists on, demands, demanded

stat open       : open, reopened, re-opened, unresolved, not fixed, isn't fixed, is not fixed, wasn't fixed, not resolved, isn't resolved, is not resolved
stat open       : not actually fixed, not really fixed, not fixed yet, isn't fixed yet, is not fixed yet, still broken, is still broken, still failing, is still failing
stat open       : still not fixed, is still not fixed, still not working, is still not working, still happening, is still happening, broken again, is broken again, is back again
stat open       : need doing, needs doing, still need doing, still needs doing, still to do, left to do, back to open, not solved, isn't solved, todo, to-do, to do, outstanding, back open, came back, is back, happening again, is happening again, failing again, unfixed
stat prog       : prog, in progress, in-progress, inprogress, in_progress, in prog, wip, in the works, ongoing, on going, underway, under way, progress
stat prog       : started, being worked on, in process, in work, work in progress, in development, doing, under investigation, in flight, on-going, on it now
stat done       : done, closed, resolved, fixed, finished, completed, solved, sorted out, all done, taken care of, wrapped up, handled, all set, all fixed
stat done       : was fixed, was resolved, was closed, was solved, has been fixed, has been resolved, has been closed, has been solved, has been completed, been fixed
stat done       : been resolved, been closed, got fixed, got resolved, is fixed now, now fixed, is all done, is good to close, good to close, can be closed, can be closed out, can be marked done
stat done       : can be resolved, ready to close, ready to be closed, is solved now, fully fixed, should be closed, may be closed, good to go, was completed, was finished, were fixed, were resolved, have been fixed, have been resolved, have been closed, is complete, are complete, can close, you can close, we can close, we can close out
pri 1           : urgent, asap, high, critical, emergency, blocker, blocking, top priority, highest, p1, p0, sev1, sev0, p1s, sev 1, sev-1, prio1, pri1, highest priority, urgently, crit
pri 1           : high priority, high prio, high-priority, high-prio, high pri, top prio, urgent priority, critical priority, highest prio, priority one, as soon as possible, right away, show stopper, showstopper, show-stopper, mission critical, immediately, p-1, severity 1, prio one, a.s.a.p, priority high, hi pri, hi-pri, hipri, hi prio, very urgent, super urgent, really urgent, super high, very high, extremely urgent, most urgent, drop everything, top-priority
pri 2           : medium, normal, mid, moderate, average, p2, sev2, sev 2, sev-2, prio2, pri2, medium priority, normal priority, medium prio, normal prio, med priority, med, mid priority, medium-priority, regular priority, default priority, standard priority, moderate priority, p-2, severity 2, normal-priority, med prio, mid prio, priority two
pri 3           : low, minor, trivial, p3, p4, sev3, sev 3, sev-3, prio3, pri3, low priority, low prio, low-priority, low-prio, lowest, lowest priority, no rush, no hurry, not urgent, isn't urgent, is not urgent, it's not urgent
pri 3           : non-urgent, nonurgent, non urgent, not critical, not high priority, not a priority, nice to have, nice-to-have, whenever you can, when you have time, low pri, not important, no urgency, not super urgent, not very urgent, not that urgent, not a blocker, not blocking, unimportant, minor priority, p-3, severity 3, very low, super low, lo pri, no pressure, not in a hurry, not at all urgent, there's no rush, no big rush, can wait, it can wait, this can wait, not pressing, not time critical, isn't critical, isn't a priority, not an emergency, no need to hurry, take your time, backlog priority, whenever possible, priority three, cosmetic
cat code        : code, coding, software, bug, bugs, development, dev, programming, backend, frontend, back-end, front-end, codebase, code category
cat infra       : infra, infrastructure, devops, ops, operations, deployment, platform, sre, sysadmin, infrastructure category
cat doc         : doc, docs, documentation, document, documents, documentations, documentation category, doc category, docu
cat other       : other, misc, general, miscellaneous, others, other category, none of those
field pri       : pri, priority, prio, severity, sev, urgency, importance, priorities
field cat       : cat, category, area, type, categories
field stat      : stat, status, state
field title     : title, subject, name, titled, headline, summary line
field desc      : desc, description, descr, details field, body
field res       : res, resolution, note, notes, comment, comments, remark, resolution note, a note, work note, a comment
field page      : page

noun one        : tiket, tikcet, ticekt, tciket, tickt, ticet, tikket, itcket, tickte
noun one        : ticket, issue, task, request, case, incident, problem, item, bug, bug report, defect, feature request, work item, support ticket, support request, trouble ticket, tix, tick, error report, feature, story, jira, service request, change request, improvement, enhancement, enhancement request, support case, tkt, ticket number, ticket id, new ticket
noun many       : tickets, issues, tasks, requests, cases, incidents, problems, items, bugs, ones, stuff, things, entries, defects, bug reports, work, anything, something, everything we have, feature requests, ticket list, queue, board, backlog, list of tickets, work items, tix list, jiras
kind bug        : bug, issue, problem, defect, incident, bugs, error, outage

all yes         : all, every, everything, each, all of, any, all the, every single, each and every, all of the, whole, entire, the rest, remaining, all of them, every last
mine yes        : my, mine, i have, i own, i opened, i created, i reported, i filed, by me, of mine, opened by me, created by me, reported by me, i made, i logged, from me, i raised, i submitted
about yes       : about, regarding, mentioning, containing, with the word, with the words, matching, that mention, which mention, related to, concerning, re, that contain, with text, called, named, saying, that say, to do with
page next       : next page, next, more, show more, next ones, older
page previous   : previous page, previous, prev page, prev

glue yes        : the, a, an, to, as, is, of, for, on, in, into, at, with, now, are, me, us, i, we, our, up, over, there, currently, both, one, it is, its, through, under, within, that's, that are, that is, which are, which is, who, number, no., nr, please note, do we have, do we, have, has, got, have we got, right now, today, all, still, just, already, then, back, id, ids, category of, some, existing, also, here, we're, i'm, i am, we are, i've, we've, finally, left, remaining, so, say, your, next to, off of, onto, value, field, ticket's, its priority, again, too, well, instead, that need, my side
to yes          : should be, needs to be, must be, has to be, need to be, have to be, ought to be, should get, to, as, into, ->, =, onto, back to, over to, up to, down to, to be, belongs to, belongs in, goes to, goes in, is now, becomes, became, just became, has become
ought yes       : should be, needs to be, must be, has to be, need to be, have to be, ought to be
from yes        : from, was, used to be
and yes         : and, &, &amp;, plus, as well as, along with, also, then, and then, and also, +
or yes          : or, /
up yes          : up, over, on
lists yes       : list, browse, filter, liste, lista, lister, listar, auflisten
search yes      : search, search for, find, find me, look up, lookup, suche, suche nach, busca, buscar, cherche, chercher, procura, procurar
through yes     : through, thru, till, until, bis, hasta, jusqu'à, até
except yes      : except, except for, but not, excluding, other than, without, not, sauf, excepto, exceto, außer, ohne, minus

polite yes      : please, pls, plz, please please, kindly, asap, thanks, thank you, thx, ty, cheers, tia, thanks in advance, thank you in advance, much appreciated, ta, tysm, thanks a lot, many thanks, thank you so much, thanks so much
polite yes      : when you can, if you can, if possible, when you get a chance, when you get a sec, when you get a minute, when you have a minute, when you have a moment, when you have a sec, when you have time, if you don't mind, if that's ok, whenever you can, whenever, for me, for us, real quick, quickly, quick, at your convenience, if you could, when possible, right away, immediately, would be great, that would be great, would be nice, appreciate it, sir, folks, team, guys, mate, buddy, friend, bot, ticketbot, tickets bot, dear, there
greet yes       : hi, hey, hello, hiya, heya, yo, good morning, good afternoon, good evening, morning, afternoon, evening, greetings, howdy, hey there, hi there, hello there, hi team, hey team, hello team, hi all, hey all, hi everyone, hello everyone, hi folks, sup, gm, hi guys, hey guys, hello all, hey folks, hey bot, hi bot, good day
filler yes      : first, firstly, ok, okay, so, um, uh, erm, well, right, alright, oh, ah, hmm, hm, fyi, btw, by the way, just, quick one, quick question, heads up, also, yes, yep, yeah, sure, sorry, anyway, actually, oops, argh, ugh, wow, now, look, listen, ok so, great, cool, perfect, awesome, basically, honestly, sadly, unfortunately, annoyingly, weirdly, apparently, headsup, hmmm, but
request yes     : can you, could you, would you, will you, can u, could u, would u, can someone, could someone, can somebody, could somebody, can anyone, could anyone, can anybody, would someone, can you please, could you please, would you please, can you pls, could you pls, would you mind, would you kindly, could you kindly, can you just, could you just, could you quickly, can you quickly, can you go ahead and, may i ask you to, i'd like you to, i want you to, i need you to, i would like you to, we'd like you to, go ahead and, feel free to, you can, you may, please can you, please could you, pls can you, pls could you, would it be possible to, is it possible to, any chance you could, any chance you can, are you able to, be so kind to, be a dear and, do me a favor and, do me a favour and, i'm asking you to, time to, ready to, i'd be grateful if you could, it would be great if you could, would be great if you could, it'd be great if you could, would appreciate if you could, i wonder if you could, i was wondering if you could, mind, would one of you, go and, go, can you also, could you also, can we please
wish want       : let's, lets, let us, i'd like to, i would like to, i want to, i wanna, we'd like to, we would like to, we want to, want to, i'd love to, i just want to, i wish to, let me, i would love to
wish have       : would be great to have, would be nice to have, it would be great to have, it would be nice to have, it'd be great to have, it'd be nice to have, can we have, could we have, can i have, could i have, can we get, could we get, can i get, could i get, may i have, may we have, i'd love to have, we'd love to have, i would love to have, i wish we had, wish we had, it would be nice if we had, it would be great if we had
wish may        : i wanted to, i just wanted to, i need to, we need to, need to, i have to, we have to, i'm trying to, i am trying to, can i, may i, could i, can we, could we, might we, trying to, i am looking to, looking to, allow me to, i must, we must, gotta, i'm going to
wish may        : i'm gonna, mind if i, i think we need to, i think we should, we should, i should, someone should, someone needs to, somebody should, you should, maybe we should, we ought to, i think i need to, should i, should we, shall i, shall we
neg order       : don't, dont, do not, never, not, no need to, please don't, pls don't, please do not, stop, avoid, without, nobody should, nobody, no one, neither, nor, hold off, hold off on
neg order       : must not, mustn't, refrain from, leave, keep, let's not, lets not, under no circumstances, nothing, none, except, but not, excluding, other than, rather not, no reason to, never mind, dont ever, don't ever
neg order       : by no means, cancel that, forget it, forget about, ignore, skip, shouldn't, should not, do n't, you shouldn't, we shouldn't, we should not, i don't want to, i don't want you to, we don't want to, don't you dare, no
neg state       : doesn't, does not, isn't, is not, aren't, are not, won't, will not, didn't, did not, hasn't, haven't, has not, have not, cannot, can't, can not, couldn't, could not, wouldn't, no longer, not yet, hardly, barely, instead of, rather than, in place of, wasn't, weren't, nope, shan't, ain't
cond yes        : if, unless, once, until, till, when, whenever, as soon as, in case, provided, provided that, assuming, only if, only when, only, otherwise, depending on, after, before, while, suppose, supposing, imagine, maybe, perhaps, might, may, whether, what if, hypothetically, in theory, as long as, so long as, on condition, would, almost, nearly, half, partly, partially, not sure, unsure, probably, possibly, i think, i guess, i believe, i wonder, wondering, say we, let's say, someday, one day, eventually, don't forget to, remember to, remind me to, plan to, planning to, hope to, going to, about to, soon, in the event, were to, had we, should anyone, for example, e.g., eg, example, like, such as, pretend, contingent on, subject to, pending
time yes        : tomorrow, tonight, later, later today, next week, next month, next sprint, next monday, monday, tuesday, wednesday, thursday, friday, saturday, sunday, eod, end of day, this evening, this afternoon, by tomorrow, by friday, by monday, on monday, on tuesday, on wednesday, on thursday, on friday, by eod, by the end, at noon, at midnight, in an hour, in two hours, in a week, in a few days, in a few minutes, in a bit, soon, at the end, on the weekend, after lunch, this weekend, by next week, by tonight
glue yes        : people, at the moment, at present, lying around, lying about, hanging around, sitting around, kicking around, floating around, left over, on the table, on our plate, on my plate, anymore, any more, any longer, after all, sorted by priority, by priority, ordered by priority, sorted by urgency, by urgency, kind of, it's, this is, that's, that is, these are, they are, they're
wh yes          : what, what's, whats, what're, which, who, who's, whose, why, where, where's, how, how's, how many, how much, when's, what is, what are, which one, which ones, wheres, hows, whos, what was, when was, when did, who is, why is, why are, how is, how are, how come, where are, where is, what does, what did, what do, when is, when will, what has, what have
count yes       : how many, number of, count, count of, total, the number of
modal yes       : should, shall, can, could, may, might, would, will, must, ought, shall we, should we, should i, shall i, do we need to, do we want to, do i need to, do you want me to, do you want, shouldn't we, can't we, is it ok to, is it okay to, is it fine to, is it safe to, would it be ok to, would it be okay to, am i allowed to, are we allowed to, do you think, do you think we should, can't you, why don't we, why don't you, why not, how do i, how do we, how can i, how can we, how would i, what happens if, what if, is it time to, do we have to, do i have to, may we, are we going to, will you, is there a way to, any reason to, any reason not to, how does one, who can, who should, who may, who will, who could, what would happen if, does anyone object to, any objections to, ok to, okay to, fine to, safe to, want me to, should someone, shouldn't i, couldn't we, won't it
howto yes       : how do i, how do we, how can i, how can we, how to, how would i, how does one, what's the command to, what is the command to, what's the command for, what is the command for, what's the syntax for, what is the syntax for, how should i, is there a command to, is there a command for, is there a way to, what do i type to, how might i, what do i write to, how does
aux yes         : remain, remains, stay, stays, is, are, was, were, do, does, did, has, have, had, am, isn't, aren't, doesn't, didn't, hasn't, haven't, wasn't, weren't, don't, is there, are there, does anyone, is anyone, has anyone, did anyone, did someone, has someone, did you, have you, do you, are you, have we, did we, do we, are we, is it, was it, ain't, any, anybody, anyone
pron yes        : it, this, that, them, these, those, this one, that one, the same, the above, this ticket, that ticket, this issue, that issue, this bug, these tickets, those tickets, the one, the first one, the last one, my last ticket, the last ticket, the previous one, the latest one, the other one, previous one, last one, the one above, the newest one, 'em, em, this thing, this task, this problem, this request, the latest ticket, the newest ticket, my ticket
because yes     : because, cause, cos, bc, b/c, since, as, due to, by, via, with, after, thanks to, reason, cuz, using, following, see, per, wontfix, won't fix, wont fix, duplicate, duplicate of, dup of, dupe of, dup, dupe, as duplicate, as duplicate of, as a duplicate of, as dup of, as wontfix, as won't fix, as invalid, invalid, obsolete, no longer needed, not needed anymore, not reproducible, cannot reproduce, can't reproduce, cannot be reproduced, works as designed, by design, not a bug, not an issue, no longer relevant, not relevant anymore, not needed, won't be fixed, false alarm, user error, as obsolete, superseded, superseded by, replaced by, merged into, same as, works now, works again, it works, works for me, working now, working again, was, turned out, turns out, root cause, cannot reproduce anymore, no longer reproducible, no longer happens, no longer happening, no longer an issue, no longer applies, nothing to do, not a problem, expired, unreproducible, out of scope
mistake yes     : by mistake, by accident, accidentally, mistakenly, wrongly, too early, prematurely, in error, erroneously, aus versehen, versehentlich, por error, par erreur, por engano
oops yes        : wait, no wait, nevermind, never mind, nvm, scratch that, i mean, i meant, oops, correction, actually no, or rather, jk, just kidding, just joking, kidding, on second thought, hang on, hold on, my mistake, ignore that, actually, not really, psych, lol, sorry i mean, sorry i meant, disregard, forget that, no i mean, err, make that
but yes         : but, however, though, although, still

said yes        : said, says, wrote, told me, told us, asked me, yelled, typed, replied, mentioned, claims, claimed, according to, quote, quoting, he said, she said, they said, told, asked, suggested, suggests, the docs say, the message says, keeps saying, shouting
"""
