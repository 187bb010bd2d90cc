"""What stands around a new ticket's title: words that lead to it, that may stand beside a priority in a clause of its own,
and those that make an adjective part of the sentence rather than a priority.
"""

TABLE = """
article yes     : a, an, the, one, another, new, some, this, my, our, quick, brand, small, separate, fresh, ein, eine, einen, das, neues, un, una, uno
article yes     : el, la, nuevo, nueva, une, le, nouveau, nouvelle, um, uma, o, novo, nova
final yes       : anlegen, erstellen, öffnen, aufmachen, eröffnen, erfassen
indirect yes    : me, us, up, just, also, quickly, kindly, now, mir, uns, mich, moi, nous
connects yes    : from, for, about, that, re, regarding, to, saying, says, stating, titled, called, named, concerning, on, as, because, with the title
connects yes    : with the subject, with the name, with title, with subject, under the title, with a title, reading, describing, which, asking, of
connects yes    : covering, mentioning, around, explaining, with, title, subject, für, über, dass, zu, wegen, para, sobre, de, por, que, porque, pour
connects yes    : concernant, sur
novel yes       : guy, girl, person, teammate, member, trainee, student, temp, hire, hires, starter, starters, joiner, joiners, employee, employees
novel yes       : colleague, intern, interns, contractor, consultant, designer, developer, engineer, version, release, laptop, monitor, keyboard
novel yes       : mouse, phone, badge, chair, desk, hardware, office
leads yes       : for, about, that, regarding, re, to, titled, called, für, para, pour, sobre
form desc       : details, detail, context, body, background, more info, more details, what happened, steps, steps to reproduce
form title      : what, problem, issue, topic, about
within yes      : in, with, on, when, where, at, of, from, during, after, while, mit, bei, con, avec, com, en, dans
adds yes        : add, adding, put, put in, note, note down, jot down, spin off, spin, make, drop, stick, park, capture, write down, añade, añadir
adds yes        : agrega, ajoute, ajouter, adiciona, adicione
logs yes        : note down, jot down, write down, log, file, raise, create, track, register, submit, record, report, add

logged yes      : logged, filed, tracked, recorded, ticketed
enough yes      : is enough, is fine, is good enough, is plenty, will do, is ok, is okay, would be fine
notnow yes      : not now, not yet, not right now, not today, some other time, but not now, but not yet
label yes       : feature idea, product idea, small one, tiny one, security finding, audit finding, pentest finding, fwd, fw, forwarded, fwd from
label yes       : forwarded from, todo, to do, to-do, reminder, reminder to self, reminder to myself, note to self, memo, memo to self, action item
label yes       : action items, action point, ai, feature wish, wish, wishlist, nice to have, nice-to-have, complaint, complaints, customer complaint
label yes       : user complaint, tracking, idea, ideas, suggestion, proposal, tech debt, technical debt, follow-up, follow up, followup, housekeeping
label yes       : chore, task, feature request, request, improvement, enhancement, finding, observation, report, bug report, incident, from the retro
label yes       : from standup, à faire, à faire un jour, zu tun, aufgabe, erinnerung, wunsch, por hacer, pendiente, recordatorio, a fazer, pendência
label yes       : lembrete, tarea, tarefa, tâche, rappel
begins yes      : todo, to-do, fixme, reminder to self
pile yes        : off, out, backlog, board, list, pile, queue, tracker, todo list, to-do list, wishlist, radar, agenda, system, following
pile yes        : the following, separate, separately, own, its own, new, record, books, bucket, sprint

ticket yes      : ticket, new ticket, support ticket, trouble ticket, tix, tkt, chamado, tique, tiquete
named yes       : team, guys, bot, folks, there, for us, for me, quick, friend, dear
turn yes        : but, aber, pero
uses yes        : the, an, as, marked, be, not, mark, of, than, a
behaves yes     : in, on, of, is, are, does, doesn't, isn't, was, shows, throws, returns, crashes, fails, hangs, gives, takes, keeps, won't, stopped
brings yes      : with, at, as, and, mit, con, avec, com, in
being yes       : is, it's, are
whose yes       : the, a, our, by, of, my

numbered yes    : number, no., nr, nr., t, id
moved yes       : closed, reopened
helps yes       : have, has, had, do
clear yes       : start, begin, reopened
curt yes        : close, resolve, done, start, reopen
refers yes      : see, check, siehe, ver, voir, veja
clock yes       : at, by, um, gegen, à, a las, às, before
reason yes      : because, cause, cos, bc, weil, porque, car, parce que, reason

relates yes     : of, as, by, in, into, see, with, to, from, like, than, cf, via, for, on, under, ticket
whether yes     : if, unless, until, till, once, provided, assuming, as soon as, in case, only if, only when, falls, wenn, sobald, bis, si, sauf, se
whether yes     : cuando, cuándo, quand, quando, en cuanto, assim que, dès que

beside yes      : it's, its, it, is, this, that's, which, that, be, as, to, with, at, a, an, the, very, super, really, quite, pretty, rather, us, them
beside yes      : me, for, of, needs, need, should, one, kinda, kind, i'd say, id, you, i, can, could, consider, bit, though, but, so, and, think
beside yes      : also, all, under, in, category, please, pls, ticket, issue, bug, prio, guess, don't, this is, that is, it is, this one, i think
beside yes      : this ticket, this issue, i'd, i guess, c'est, es, ist, das, et, y, e, est, é, como, en, bitte

mild yes        : burning, high, medium, normal, low, critical, minor, mid, moderate, average, trivial, blocker, blocking, emergency, immediately
mild yes        : highest, lowest, cosmetic, eventually, whenever, med, crit, hoch, mittel, niedrig, alta, media, baja, haute, moyenne, basse, alto
mild yes        : medio, bajo, bas, baixa, kritisch, wichtig, sofort, gering, crítico, crítica, critique, prioritaire, imediato, inmediato
measures yes    : usage, load, cpu, memory, ram, space, usages, battery, disk, volume, temperature, latency, rate, level, levels, traffic, cost, costs
measures yes    : pressure, is, are, was, were, too, very, so, at, on, in, from, to, of, and, or, a, the, as, not, be, run, runs, running, get, gets
measures yes    : getting, stay, stays, look, looks, keep, keeps, go, goes, going, set, than, pretty, quite, really, extremely, much, still, remains
measures yes    : feels, seems, quality, risk, contrast, noise, light, become, becomes, became, mark, marked, marks, labelled, labeled, flagged
measures yes    : tagged, called, named, says, show, shows, zu, sehr, ist, es, est, muy, très, muito, até, más, plus, mais
names yes       : care, message, messages, flag, label, tag, badge, checkbox, filter, email, emails, notification, notifications, mail, list view
names yes       : card view, grid view, table view, map view, tree view, detail view, button, icon, color, colour, priority, status, banner, queue
names yes       : list, tickets, issues, toggle, option, field, column, category, response, alert, alerts, call, calls, section, path, availability
names yes       : contrast, level, levels, dpi, resolution, mode, css, value, state, row, rows, ones, dropdown, school, schools, volume, tide, risk
names yes       : land, tea, street, end, traffic, season, court, pass
"""
