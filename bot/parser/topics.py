"""What a ticket's words say about its category: one table.

A line is a category, a weight, and the words and pairs of words that weigh so much for it. Regular plurals and verb
forms are understood. A word may weigh for two categories; the sum over a title decides.
"""

TABLE = """
doc    9 : documentation, docs, doc, readme, document how, changelog, docstring, javadoc, wiki page, docs page, user guide, how-to, howto, faq, faqs
doc    9 : glossary, guide, onboarding guide, user guide, document, documented, typo, runbook, playbook, tutorial, handbook, cookbook, walkthrough
doc    9 : quickstart, cheat sheet, cheatsheet, release note, frequently asked, style guide
doc    3 : guideline, manual, broken link, dead link, wording, grammar, spelling, misspelling, clarify, explanation, knowledge base, kb article
doc    3 : how to, diagram, wiki, checklist, best practice, copy edit, proofread, instruction, explain, example
doc    2 : mention, describe, reference, sample, outdated, faq page, section, paragraph, tip, sphinx, mkdocs, markdown, rst, link, caption, screenshot
doc    2 : adr, specification, requirement, template text, comment out of date, whitepaper, note about, sop, procedure, policy document
doc    1 : article, up to date, describing, page about, clarification, description
doc    8 : dokumentation, doku, anleitung, handbuch, documentación, guía, manuel, guia, documentação, tippfehler

infra  6 : api timeout, gateway timeout, wifi, wi-fi, wlan, api gateway, kubernetes, k8s, terraform, ansible, helm, vpn, dns, firewall
infra  6 : certificate expired, tls cert, ssl cert, tls certificate, ssl certificate, load balancer, ci pipeline, github actions, ci/cd
infra  6 : wildcard certificate, no space, disk full, disk space, out of disk, enospc
infra  5 : staging, deploy, deployment, redeploy, infra, infrastructure, cluster, certificate, ssl, backup, nginx, jenkins, grafana, prometheus
infra  5 : datadog, cloudfront, cdn, s3, ec2, gke, eks, aks, iam, aws, gcp, azure, cloudflare, fastly, vm, node pool, autoscaler, autoscaling, ldap
infra  5 : active directory, okta, mfa, password reset, single sign-on, smtp, dhcp, subnet, vlan, router, hub
infra  4 : server, hosting, devops, rollback, roll back, docker, container, dockerfile, registry, artifactory, mirror, monitoring, alerting, on-call
infra  4 : pagerduty, cron, cronjob, failover, replica, vault, bastion, ssh, ssh key, oidc, cert, tls, expired certificate, git server, build agent
infra  4 : runner, workflow run, pod, namespace, ingress, proxy, bandwidth, network, lan, ip address, datacenter, data center, provision, decommission
infra  4 : dockerhub, quota, redis, postgres database, kafka, rabbitmq, elasticsearch cluster, uptime, downtime, outage, ci, cloud, nat gateway, vpc
infra  4 : sftp, ftp, load test environment, prod, sandbox environment, hostname, domain, renew, password expired, reset password, account locked
infra  4 : locked out, sentry, pipeline
infra  3 : username, password, release, environment, access, permission, database, db, build server, production, restart, reboot, scale, memory usage
infra  3 : cpu, oncall, log in to vpn, login to vpn, credential, secret, migrate, migration, upgrade, ubuntu, linux, windows update, admin right
infra  3 : admin access, grant, sudo, root access, storage, volume, bucket, nfs, shared drive, mailbox, email server, exchange, confluence, jira
infra  3 : sharepoint, slack workspace, account, org, github org, dev desktop, package, image, unit tests on, sso login, unreachable, host, hosted
infra  3 : service account, api key, rotate, nightly, nightly build, traffic, ttl, latency spike, log rotation, apt, npm registry, repository access
infra  3 : gateway timeout, 502, 503, 504, bad gateway, healthcheck, health check, kernel, disk, ssd, raid, patching, cve, security group, gitlab
infra  3 : bitbucket, argo, argocd, flux, spinnaker, octopus
infra  2 : build, setup, set up, timeout, bump, admin, team access, user group, group, remote desktop, rdp, citrix, vnc, endpoint protection
infra  2 : antivirus, teams call, billing access, vpn client, token, module, variable, config, configure, connection, down, offline, oom
infra  2 : out of memory, spot instance, ami, tag policy, install, installation, drive, skype, outlook, oracle, server access, system access
infra  2 : dev environment, deprecated version, workflow, job, jobs, queue backlog, worker, scheduler, webhook relay, cache, index, log, slow network
infra  2 : region, 2fa, licence server, license server, repository, repo, update, request deployment
infra  5 : serveur, servidor, server-zugang, datenbank, base de datos, base de données, banco de dados, zugang, netzwerk, réseau, acesso, zertifikat
infra  5 : certificado, certificat, implantação, déploiement, despliegue, sicherung, sauvegarde
infra  3 : acceso, accès, passwort, contraseña, mot de passe, senha, produktion, producción, produção, konto

code   6 : null pointer, nullpointerexception, segfault, stack trace, stacktrace, traceback, keyerror, typeerror, valueerror, runtimeerror
code   6 : undefined is, race condition, memory leak, infinite loop, regression, unit test, type hint, off by
code   5 : crash, bug, exception, refactor, abort, endpoint, app, callback, middleware, api, sdk, compile, compiler, compilation, syntax, deadlock
code   5 : assertion, assert, parser, frontend, backend, css, javascript, typescript, python, react, component, runtime, serialize, serializer
code   5 : deserialize, unicode, encoding, login bug, checkout
other  4 : leaking roof, roof, window, door, lamp, toner
code   4 : button, dropdown, tooltip, modal, dialog, ui, ux, android, ios, ipad, iphone, safari, firefox, chrome, browser, render, rendering, scroll
code   4 : scrolling, cursor, layout, animation, click, clicking, clicked, tap, swipe, screen, checkbox, input field, toolbar, sidebar, navbar, widget
code   4 : editor, terminal, keyboard shortcut, shortcut, autocomplete, search, filter, sort, sorting, pagination, export, import, csv, pdf export
code   4 : upload, download, form, validation, validate, login, signup, sign-up, log in, logout, session, function, method, class, variable name
code   4 : argument, parameter, args, kwargs, enum, struct, header, query, orm, sql, schema, json, xml, yaml parser, regex, feature, feature request
code   4 : enhancement, dark mode, exceptions, throw, raise, tensor, tensorflow, pytorch, op, operator, plugin, extension, lint, linter, coverage
code   4 : mypy, test, tests, flaky test, error message, wallet, rpc, thread, threading, async, await, coroutine, promise, event handler, event
code   4 : trigger, listener, hook, locale, translation, i18n, localization, timezone, currency, rounding, calculation, duplicate entry, crlf, buffer
code   4 : overflow, leak, undefined, null, nan, infinity, boolean, integer, string, array, list view, dict, object, instance, property, attribute
code   4 : accessor, constructor, decorator, generator, iterator, view, code, codebase, software, typing, print statement, syntax error
code   4 : error handling, stack overflow, webview, tab bar, gesture, font, icon, color, colour, theme, avatar, placeholder, pixel, responsive
code   4 : accessibility, screen reader, a11y, aria, focus, hover, blur, mobile app, web app, app crashes, webhook, oauth flow, jwt, token refresh
code   4 : cart, payment, invoice total, dashboard, report page, homepage, landing page, profile page, settings page, user profile, admin ui
code   4 : admin panel, page, website, site, injection, xss, csrf, sql injection, sanitize, escape, escaped, bypass
code   1 : fix
code   2 : error, broken, fail, fails, failing, failure, wrong, wrongly, doesn't work, does not work, not working, slow, missing
code   3 : customer data, tenant, incorrect, incorrectly, doesn't, does not, cannot, can't, unexpected, invalid, ignore, ignored, support, implement
code   3 : allow, improve, handle, handling, optimize, optimise, performance, freeze, freezes, hang, hangs, glitch, flicker, misaligned, truncated
code   3 : cut off, duplicate, duplicates, duplicated, convert, parse, parsing, format, formatting, message, notification, user interface, load
code   3 : loading, save, display, show, hide, popup, image upload, window, menu, tab, column, row, table, grid, chart, graph, map, calendar widget
code   3 : date picker, counter, preview, highlight, drag, drop, drag and drop, resize, zoom, video, audio, camera, push notification, sync, caching
code   3 : cache issue, migration script, model, serializer, library, dependency, dependencies, version mismatch, deprecation, deprecated, warning
code   3 : logging, log message, retries, retry, timeouts, rate limit, throttle, locking, lock, transaction, commit, rebase, merge conflict
code   3 : pull request, code review, flag, feature flag, toggle, option, setting, preference, default value, constant, macro, template engine
code   3 : bindings, wrapper, interface, signature, signer, signing, hash, checksum, crypto, encrypt, decrypt, decode, encode, encoder, decoder
code   3 : compress, unzip, stream, socket, websocket, grpc, http, https, request header, response, status code, cors, cookie, cookies, redirect, url
code   3 : route, routing, router bug, 404, 500, 400, 422, 401, 403, returns 500, internal server error, results, ranking, notifier, csv export, total
code   3 : totals, subtotal, price, discount, coupon, gpu, cuda, numpy, node, peer, block, chain, mempool, consensus, symbol, workspace, accelerator
code   3 : sensor, bluetooth, gps, evals, llm, prompt template, chatbot
code   2 : add, remove, rename, replace, clean up, cleanup, simplify, introduce, expose, enable, disable, opens, closing, consider, possible
code   2 : when calling, when using, when clicking, after clicking, use, using, should, behavior, behaviour, wrapping, unnecessary, obsolete
code   2 : new option, copy and paste, paste, pasting, participant, tag, tags, type, types, field, fields, label, value, number, text, file system
code   2 : provider, custom, native, legacy, unused, dead code, logic, algorithm, sql query, script, issue template, rfc, reset button, save button
code   2 : settings, template, utils, helper
code   5 : fehler, absturz, stürzt, anmeldung, schaltfläche, knopf, suche, seite, formular, botón, página, búsqueda, formulario, aplicación, bouton
code   5 : page d'accueil, recherche, formulaire, erreur, application, botão, busca, tela, aplicativo, erro, startseite, lädt nicht, iniciar sesión
code   5 : connexion, inicio de sesión

other  6 : ac, meetup, meeting, retro, retrospective, swag, vacation, holiday, payroll, salary, interview, hiring, hire, recruiting, recruitment
other  6 : internship, intern, sponsorship, sponsor, press release, conference, workshop, maternity, paternity, sick leave, annual leave
other  6 : leave request, special leave, parental leave, birthday, office chair, standing desk, coffee, coffee machine, lunch, catering, travel
other  6 : expense, reimbursement, purchase order, invoice payment, purchase, business card, parking, badge, key card, keycard, membership, grant
other  6 : newsletter, standup, stand-up, offsite, off-site, team building, all-hands, hr, human resource, new starter, new joiner, new hire, leaver
other  6 : starter, joiner, benefits, timesheet, desk
other  5 : laptop, monitor, keyboard, mouse, headset, printer, toner, chair, office, budget, marketing, training, onboarding, offboarding, contract
other  5 : legal, gdpr request, procurement, vendor, supplier, quote, order, allocation, furniture, air conditioning, heating, cleaning, kitchen
other  5 : fridge, elevator, meeting room, room booking, book a room, flight, hotel, visa, event, outreach, community, governance, election
other  5 : fundraising, social media, blog post, twitter, survey, logo design, brand, presentation, slides, talk proposal, speaker, phone
other  5 : mobile phone, sim card, iphone order, docking station, webcam, projector, whiteboard, stationery, supplies, delivery, shipping label
other  5 : insurance, pension, bonus, performance review, job description, job posting, applicant, candidate, reference letter, schedule interview
other  5 : vacation calendar, holiday calendar, absence, leave, resignation, farewell, gift, party, christmas, visitor, lightbulb, light bulb, carpet
other  5 : plumbing, toilet, locker, cable, adapter, hdmi, license renewal, subscription renewal, licence purchase, license purchase
other  4 : onboard, offboard, team meeting, planning, roadmap planning, strategy, strategies, press, people, staff, manager, colleague, employee
other  4 : contractor, department, accounting, finance, tax, donation, agenda, minutes, attend, attendance, participate, volunteer, mentor, mentoring
other  4 : gsoc, outreachy, program, committee, working group, welcome, congratulation, announcement, announce, invite, invitation, speaker list
other  4 : booking, schedule, calendar, kickoff, report for, write a report, proposal, sow, customer visit, client visit, customer feedback, sales
other  4 : lead generation, partnership, partner, po, owner, inventory, inventory update, facilities, hardware request, equipment, warranty, rma
other  4 : repair, replacement, nda, compliance training, code of conduct, security checklist, person, in-person, discussion, discussions, initiative
other  4 : okr, kpi, goal, goals, quarterly, weekly, monthly report, team, teams
other  3 : consultant, request, collect, gather, feedback, organize, organise, plan, create team, decide, research interview, user research
other  3 : review applications, status report, review, sign, signature form, date, dates, dear, regards, hello, thanks
other  5 : drucker, urlaub, impresora, imprimante, impressora, vacaciones, vacances, férias, stuhl, bildschirm, computadora, ordinateur portable
other  5 : rechnung, besprechung, reunión, réunion, reunião, compra, achat, silla, chaise, cadeira, escritorio, bureau, escritório, besprechungsraum
infra  5 : sandbox tenant, ups battery, rack unit, static ip, outbound ip, ip address, fixed ip, demo env, demo environment, test env, consumer lag
infra  5 : replication lag, produktionsdatenbank, datenbankserver, mailserver, dateiserver, base image, docker image, log noise
code   4 : sso, single sign-on, entra
infra  4 : db-replica, replica, passwort, contraseña, mot de passe, senha, kennwort, sandbox, ups, rack, outbound, inbound, whitelist, allowlist, etl
infra  4 : mailbox quota, ssh, bastion, jump host, wildcard, dependabot, renovate, env
doc    8 : api reference
code   4 : crm
infra  4 : print anything
infra  6 : sudo, uat environment
infra  5 : sonar, sonar check
other  5 : licences, licenses
other  6 : sink, case study deck
other  5 : casque, casques, headset, headsets, clim, climatisation, licença, mietwagen
code   5 : place orders, logged out, login loop
other  5 : lift, elevator, staircase, lobby
infra  5 : gitlab, github runner
infra  3 : batteries, battery, mail, mails, e-mail
doc    6 : write down, write up, writeup, write-up, style guide, contributing page, contributing guide, cheat sheet, cheatsheet, handbook, anleitung
doc   12 : docs for, docs about, docs of, docs on, documentation for, documentation of, documentation about
code   4 : footer
infra  6 : app nodes, app node, app server, app servers, database primary, db primary, no network, no internet, no wifi
code   5 : log into
doc    5 : postmortem, post-mortem
code   4 : banner, profile page, list view, sticky header
other  5 : seats
doc    4 : handover notes, walkthrough, architecture diagram, diagram
code   4 : bulk, unsubscribe, line item, line items, digest email, sent twice, charged twice, double charge, double charged, feature flags
code   4 : retry logic, stock email, reset-mail, relatório, umlaute, umlauts, rechnungsexport, rechnungsversand
code   3 : clone, cloning, digest, link in, twice, rounding
other  6 : iso 27001, auditor, construction site, construction, bike shed, e-bike, contact sheet, emergency contact, power socket, elevator buzzer
other  6 : birthday card
other  5 : noise from, facilities, intranet, stuhl, café, kaffee, sillas, chaises, cadeiras
other  4 : soc2, soc 2, audit evidence, evidence collection, warehouse, jetbrains licence, licence renewal
"""

# Shapes: an identifier, a file, a number that servers answer with. What they cannot be without (one of these characters),
# pattern, category, weight.
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHAPES = (
    ("V", r"\bCVE-\d{4}-\d+", "code", 3),
    ("EO", r"\bENOSPC\b|\bEADDRINUSE\b|\bECONNREFUSED\b|\bOOMKilled\b", "infra", 4),
    ("E", r"\b[A-Za-z]\w*(?:Error|Exception)\b", "code", 6),
    ("`", r"`[^`]+`", "code", 2),
    (_CAPITALS, r"\b[a-z]+[A-Z]\w*|\b[A-Z][a-z]+[A-Z]\w*", "code", 3),
    ("_(:#=", r"\b\w+_\w+|\b\w+\.\w+\(|\w+\(\)|::|#[a-z]\w+|==", "code", 3),
    (
        ".",
        r"\b\w+\.(?:py|js|ts|tsx|jsx|java|c|cc|cpp|h|hpp|go|rs|rb|php|cs|swift|kt|css|html|vue)\b",
        "code",
        4,
    ),
    (".", r"\b[\w/-]+\.(?:md|rst|adoc|txt|docx?|pdf)\b", "doc", 4),
    ("DJ.", r"\b(?:Dockerfile|Jenkinsfile|\w+\.tf|\w+\.ya?ml)\b", "infra", 3),
    (".", r"\b[\w-]+\.(?:io|com|org|net|rs|dev)\b", "infra", 2),
    (":]", r"^\s*\[?(?:bug|fix|feat|perf|refactor|test)\b[^:\]]{0,20}[:\]]", "code", 4),
    (":]", r"^\s*\[?(?:ci|build|ops|infra|chore\(deps\))\b[^:\]]{0,20}[:\]]", "infra", 4),
    (":]", r"^\s*\[?docs?\b[^:\]]{0,20}[:\]]", "doc", 6),
    (".", r"\b\d+\.\d+(?:\.\d+)?\b", "code", 1),
)
