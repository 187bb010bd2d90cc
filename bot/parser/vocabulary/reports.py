"""How people report trouble and ask for work without saying "create": English first, the other languages after it."""

TABLE = """
trouble yes     : broken, down, crash, crashes, crashed, crashing, fail, fails, failed, failing, failure, failures, error, errors, erroring, exception, no working, no work, not opening, not connecting, not connect, not open, is expire, not turning on, not charging, not printing, not starting
trouble yes     : exceptions, typo, typos, nobody can, no one can, none of us can, nobody is able to, choke, chokes, choking, didn't run, did not run
trouble yes     : do not match, does not match, don't match, doesn't match, doesn't add up, don't add up, doesn't do anything, jam, jams, jamming
trouble yes     : jammed up, slow, sluggish, laggy, stuck, hang, hangs, hanging, hung, freeze, freezes, freezing, frozen, timeout, timeouts, time out
trouble yes     : times out, timing out, timed out, unreachable, unavailable, offline, not working, doesn't work, does not work, don't work
trouble yes     : isn't working, aren't working, stopped working, not work, won't work, can't, cannot, can not, unable to, unable, couldn't, missing
trouble yes     : wrong, incorrect, incorrectly, leak, leaks, leaking, expired, expires, expiring, about to expire, corrupt, corrupted, lost
trouble yes     : no longer, keeps, keep getting, out of, flaky, throws, throwing, outage, incident, dead, dies, died, garbled, misaligned, overlaps
trouble yes     : overlapping, blank, does nothing, nothing happens, jammed, rejected, denied, lag, lags, degraded, outdated, out of date, stale
trouble yes     : not responding, unresponsive, regression, vulnerability, vulnerable, doesn't, does not, won't, isn't, aren't, didn't, don't load
trouble yes     : not loading, bug, bugs, issue, issues, problem, problems, glitch, glitches, defect, malfunction, malfunctioning, won't start
trouble yes     : won't load, not showing, not updating, not sending, not syncing, not receiving, disappeared, disappears, disappear, unusable
trouble yes     : inaccessible, unstable, broke, breaks, breaking, borked, busted, fried, empty, comes out empty, comes up empty, shows nothing
trouble yes     : still describes, still describe, still lists, still talks about, still uses, still links, still links to, still references
trouble yes     : still tells, still explains, still contains, stolen, swollen, dangerous, alarm, weird, strange, noises, forgot, forgotten
trouble yes     : happening again, happens again, disconnected, disconnects, disconnecting, crooked, notready, crashloopbackoff, xss, sql injection
trouble yes     : visible to other, is red, are red, gone red, gone, full, not ready, double charged, charged twice, unauthorized, unauthorised
trouble yes     : unencrypted, plaintext, unpatched, hacked, phishing, spam, ransomware, malware, squeaks, wobbles, leaky, clogged, dripping
trouble yes     : doesn't fit, too cold, too hot, too loud, beeping, beeps, rotated, upside down, kommt nicht an, kommen nicht an, 404, 500, 502, 503
trouble yes     : 504, 403, 401, 500s, 502s, 503s, 504s, 404s, 403s, 5xx, 4xx, returns, still mentions, still mention, still says, still shows
trouble yes     : still show, still points, still point, still refers, still refer, covers, hides, truncated, cut off, mangled, duplicated, on fire
trouble yes     : spamming, flooding, lagging, throttled, throttling, rate limited, overloaded, maxed out, filling up, almost full, full disk, is full
trouble yes     : are full, disk full, running out, ran out, low on, not enough, too slow, too small, too big, too long, too many, insecure
trouble yes     : unreadable, illegible, unclear, confusing, misleading, inconsistent, invalid, mismatch, never arrives, never arrive, never received
trouble yes     : not received, not arriving, not visible, not found, not available, not accessible, can't access, locked out, locked, blocked
trouble yes     : being blocked, got hacked, compromised, leaked, exposed, ignored, brokn, borken, brocken, smells, spilled, cracked, flickers
trouble yes     : flickering, stutters, loops, looping, deadlock, deadlocks, oom, out of memory, out of disk, brick, bricked, misspelled, misspelling
trouble yes     : mis-spelled, spelling mistake, spelling mistakes, dangling, obsolete, unresponsive, doubled, drops, dropping, drains, 95% full
trouble yes     : is full, twice, overheating, noisy, erratic, kaputt, defekt, funktioniert nicht, funktionieren nicht, geht nicht, gehen nicht
trouble yes     : fehler, abgestürzt, stürzt ab, ausgefallen, nicht erreichbar, lädt nicht, langsam, hängt, fehlt, fehlen, abgelaufen, startet nicht
trouble yes     : no funciona, no funcionan, no carga, falla, fallan, error, errores, roto, rota, caído, caída, lento, lenta, se cayó, no puedo
trouble yes     : no abre, no responde, ne marche pas, ne fonctionne pas, ne marche plus, ne fonctionne plus, en panne, cassé, cassée, plante, erreur
trouble yes     : erreurs, lent, lente, hors service, ne répond pas, ne charge pas, ne répond plus, não funciona, não funcionam, não carrega, quebrado
trouble yes     : quebrada, caiu, fora do ar, erro, erros, lento, lenta, travando, travado, não abre, não responde, parou de funcionar
calm yes        : do what it says, does what it says, do as it says, as it says, execute it, run it, not now though, not yet though
calm yes        : thinking about whether, were thinking about, was thinking about, still discussing, still thinking, still debating, still deciding
calm yes        : have not decided, haven't decided, undecided, thinking out loud, thinking aloud, ignore me, ignore this, ignore that, all green
calm yes        : all green again, back to green, back to normal, jk, just kidding, works for me, never mind me, up and running, running smoothly
calm yes        : runs fine, fixed itself, sorted itself out, working as expected, as expected, good news, no more errors, no complaints, are back up
calm yes        : it's back up, carry it out, carry this out, carry that out, carry out the following, works again, working again, is fine, fine now
calm yes        : was down, was broken, is back up, no longer down, no longer broken, not broken, isn't broken, is not broken, isn't down, not down
calm yes        : is resolved, is fixed, went away, false alarm, no problem, no problems, no issue, no issues, no errors, no error, without errors
calm yes        : without problems, all good, works now, works fine, resolved itself, up again, back online, not a problem, no outage, doesn't matter
calm yes        : don't mind, don't care, don't know, can't wait, can't believe, don't worry, not a bug, never mind, can't make it, won't be in
calm yes        : can't attend, won't make it, breaking news, breaking bad, problem solved, you're wrong, you are wrong, slow day, slow morning
calm yes        : i'm lost, i'm stuck in traffic, down for lunch, bug bounty paid, issue is gone, is gone now, wrong channel, wrong thread
calm yes        : wrong person, wrong number, wrong bot, wrong window, same issue, same problem, same here, i'm stuck in a meeting, stuck in traffic
wished yes      : would help, would really help, would be nice, would be great, would be good, would be useful, would be very useful, would be helpful
wished yes      : would be really helpful, would be handy, would be lovely, would be awesome, would be cool, would be amazing, would be a big help
wished yes      : would be a great help, would be appreciated, would be welcome, would make life easier, would make our lives easier
wished yes      : would save us time, would save a lot of time, would come in handy, wäre schön, wäre gut, wäre toll, wäre hilfreich, wäre nützlich
wished yes      : wäre praktisch, würde helfen, estaría bien, sería útil, sería genial, vendría bien, ayudaría, serait bien, serait utile
wished yes      : serait pratique, serait super, aiderait, seria bom, seria útil, seria ótimo, ajudaria
need yes        : get me, get us, help me with, help with, need help with, access to, get access, it would be nice if, it would be great if
need yes        : should support, should allow, should be able to, should have a, should show, must support, is asking for, are asking for, asked for
need yes        : asks for, asked us to, wants us to, is requesting, are requesting, need, needs, require, requires, request, requesting, requested
need yes        : i need, we need, would need, will need, required, we require, could use, i require, needed, need access, need help, looking for
need yes        : in need of, asking for, want, wants, would like, i'd like, we'd like, i want, we want, please provide, please grant, please give
need yes        : please add, missing access, requests, waiting for access, wishes, hoping for, i am missing, i'm missing, it would be nice to
need yes        : it'd be nice to, it would be great to, it'd be great to, it would be cool to, would be nice to, would be great to, would be cool to
need yes        : be lovely to have, be nice to have, be great to have, need someone to, need somebody to, looking for someone to, hay que
need yes        : haría falta, bräuchte, bräuchten, wir bräuchten, ich bräuchte, on n'a plus de, il n'y a plus de, il faudrait, brauche, brauchen
need yes        : ich brauche, wir brauchen, benötige, benötigen, benötigt, braucht, necesito, necesitamos, necesita, se necesita, hace falta
need yes        : besoin de, j'ai besoin de, nous avons besoin de, besoin d'un, il faut, preciso de, precisamos de, precisa de, preciso, precisamos
need yes        : requiero, requerimos, demande d'accès, solicito
task yes        : fix, document, investigate, renew, rotate, upgrade, implement, write, clean up, cleanup, migrate, install, replace, order, buy
task yes        : purchase, book, provision, configure, refactor, rewrite, translate, restore, restart, reset, unlock, deploy, redeploy, roll back
task yes        : rollback, enable, disable, improve, optimise, optimize, set up, setup, refresh, rebuild, reinstall, patch, backport, benchmark
task yes        : debug, diagnose, troubleshoot, repair, test, extend, expand, integrate, automate, publish, release, archive the, decommission
task yes        : onboard, offboard, hire, plan, prepare, organise, organize, arrange, schedule, order new, look into why, find out why
task yes        : figure out why, grant, revoke, whitelist, allowlist, scale, scale up, scale down, resize, audit the, back up, backup, draft
task yes        : proofread, spell-check, design, build, ship, rework, redesign, simplify, speed up, polish, support, allow, validate, sanitize
task yes        : sanitise, harden, secure, encrypt, monitor, trace, profile, bump, reboot, replace the, wire up, hook up, connect, ask, collect
task yes        : gather, request access, give access, provide, provide access, get access, make sure, ensure, verify, consider, explain, describe
task yes        : clarify, outline, rename the, stop the, drop support, deprecate, unify, standardize, standardise
ours yes        : produktion, producción, produção, datenbank, prod, production, live, database, db, site, website, everything, checkout, payments
ours yes        : payment
lesser yes      : staging, stage, dev, test, testing, qa, uat, sandbox, preview, demo, local, development
out yes         : down, outage, offline, ausgefallen, panne, caído, caída, caiu, fora
task yes        : behebe, beheben, repariere, reparieren, dokumentiere, bestelle, bestellen, aktualisiere die, arregla, arreglar, documenta
task yes        : documentar, instala, instalar, répare, réparer, corrige, corriger, documente, documenter, installe, installer, conserta, consertar
task yes        : corrigir, documenta, instala, instalar
lead yes        : need someone to, need somebody to, we need someone to, we need somebody to, looking for someone to, saw that, i saw that
lead yes        : just saw that, it looks like, looks like, it seems like, it seems that, it seems, seems like, it appears that, it appears
lead yes        : i just noticed that, i just noticed, just noticed that, just noticed, i noticed that, i noticed, noticed that, i've noticed that
lead yes        : we noticed that, we noticed, i see that, we see that, i found that, found that, we found that, kinda annoying but
lead yes        : a bit annoying but, annoying but, bit of a nuisance but, not a big deal but, small thing but, minor thing but, tiny thing but
lead yes        : this may be minor but, it's probably nothing but, nothing major but, when you get a chance but, sorry to bother but
lead yes        : sorry to bother you but, i think that, i think, i believe, i'm pretty sure, pretty sure, so it turns out, turns out, it turns out
lead yes        : turns out that, just so you know, for your information, for the record, please note that, be aware that, we have an issue where
lead yes        : there is an issue where, there's an issue where, there's a bug where, there is a bug where, we have a problem where, note that
lead yes        : please note that, reporting, it's the case that, there seems to be, there appears to be, there is, there's, there are, hey so
lead yes        : one more thing, another one, another thing, same here, bad news, got a report that, we got a report that, i got a report that
lead yes        : got reports that, we're getting reports that, we are getting reports that, getting reports that, got a call that
lead yes        : i'm being told that, being told that, i've been told that, i'm told, word is, seeing that, we're seeing, we are seeing, i'm seeing
lead yes        : i am seeing, seeing, getting, i'm getting, we're getting, i keep getting, i get, we get, i have, we have, we've got, i've got
lead yes        : having, i'm having, we're having, we are having, experiencing, we're experiencing, i'm experiencing, problem report
lead yes        : please be advised that, for some reason, today, since this morning, since yesterday, since today, guys, again, it would be nice to
lead yes        : it'd be nice to, it would be great to, it'd be great to, it would be cool to, would be nice to, would be great to, would be cool to
lead that       : reports that, reported that, is reporting that, are reporting that, reporting that, report that, reports, reported, is reporting
lead that       : are reporting, complains that, complained that, complain that, complaining that, are complaining that, is complaining that
lead that       : are complaining about, is complaining about, complains about, complained about, says that, said that, say that, says, noticed that
lead that       : mentions that, mentioned that, told me that, told us that, tells me that, tells us that, tell us that, pointed out that
lead that       : points out that, found that, discovered that, discovered, claims that, claim that, wrote that, wrote in that, writes that
lead that       : just told me, informed us that, informed me that, flagged that, raised that, called to say, called in to say, emailed to say
lead that       : emailed that, messaged that, called because, wrote because, is asking for, are asking for, asked for, asks for, asked us to
lead that       : asked me to, asked to, asks us to, asks to, wants us to, wants me to, would like us to, wants to, would like to have, is requesting
lead that       : are requesting, requested that we, meldet dass, meldet, berichtet dass, reporta que, informa que, dice que, signale que, indique que
lead that       : relata que, informa que
person yes      : i, i'm, i've, i'll, i'd, we, we're, we've, we'll, we'd, you, you're, your, u, he, she, they, it, it's
news yes        : heads up, headsup, heads-up, fyi, psa, announcement, update, newsflash
order yes       : run, execute, decode, eval, obey, do, follow, repeat, print, say
part yes        : button, buttons, page, pages, form, forms, endpoint, endpoints, dialog, dialogue, modal, screen, screens, menu, option, options
part yes        : link, links, tab, tabs, flow, api, icon, field, box, checkbox, toggle, dropdown, panel, banner, command, commands, function, feature
part yes        : action, actions, event, events, handler, job, jobs, hook, window, bar, results, script, tool, wizard, popup, pop-up, tooltip, method
part yes        : operation, icons, header, footer, sidebar, widget, template, templates, query, queries, account, user, customer, functionality, call
part yes        : calls, request, mode, view, views, route, routes, workflow, process, step, password, logs, log, policy, permission, permissions
part yes        : rule, rules, index, table, column, columns, migration, migrations, branch, notification, notifications, email, emails, message
part yes        : messages, webhook, webhooks, loop, tag, brace, bracket, date, time, statement, account, accounts, invoice, order, hour, hours
part yes        : reason, friends, file, files, folder, folders, project, projects, room, rooms, door, cart, channel, channels, screen's, image
part yes        : images, list, lists, bars, dashboard, dashboards, report, reports
"""
