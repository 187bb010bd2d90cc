"""Small talk: what is not meant as anything. `beside` is talk only beside talk; `thanks` makes talk of all that follows it."""

TABLE = """
talk yes        : me too, sorry for the noise, just testing, just a test, nothing, never mind me, my mistake, wrong channel, wrong thread, ignore me, thanks for nothing
talk yes        : ignore that, ignore this, lgtm, looks good to me, looks good, works for me, will do, on my way, same, same here, good luck, hi, hey
talk yes        : hello, thanks, thank you, thx, ty, cheers, good morning, good afternoon, good evening, good night, morning, bye, goodbye, see you
talk yes        : cya, lol, haha, hahaha, rofl, lmao, nice, great, cool, awesome, perfect, excellent, wow, ok, okay, yes, no, yep, yeah, nope, sure
talk yes        : sounds good, got it, roger, understood, noted, good bot, bad bot, well done, good job, great job, nice job, nice work, great work
talk yes        : good work, love it, i love you, i love this, love this, love you, congrats, congratulations, welcome, welcome back, welcome aboard
talk yes        : happy birthday, happy friday, happy monday, have a nice day, have a good day, have a good one, have a great day
talk yes        : have a great weekend, have a nice weekend, sorry, oops, my bad, nevermind, never mind, nvm, test, testing, ping, pong, how are you
talk yes        : how are you doing, how's it going, what's up, wassup, sup, you there, are you there, are you alive, are you a bot, are you real
talk yes        : are you human, anyone there, good point, makes sense, agreed, +1, fine, brilliant, fantastic, amazing, super, whatever, hmm
talk yes        : interesting, tell me a joke, sing a song, you rock, you're the best, you are the best, you're awesome, you're welcome, no problem
talk yes        : np, no worries, all good, it's fine, that's fine, that's all, i see, right, exactly, indeed, true, false, really, seriously, omg
talk yes        : damn, boo, yay, hooray, woohoo, woot, see you tomorrow, brb, afk, back, ttyl, hurray, good, kudos, props, sweet, neat, yup, aye, ack
talk yes        : wilco, copy that, copy, done deal, enjoy, gg, bravo, danke, vielen dank, hallo, guten morgen, guten tag, guten abend, gute nacht
talk yes        : tschüss, super, toll, prima, klasse, ja, nein, alles klar, gute arbeit, gut gemacht, moin, servus, schönes wochenende, wie geht's
talk yes        : wie geht es dir, zusammen, schönen tag, dir, hola, gracias, muchas gracias, buenos días, buenas tardes, buenas noches, adiós, genial
talk yes        : perfecto, sí, no, vale, de acuerdo, buen trabajo, bien hecho, cómo estás, qué tal, hasta luego, hasta mañana, excelente, equipo
talk yes        : a todos, bonjour, bonsoir, salut, merci, merci beaucoup, bonne nuit, bonne journée, au revoir, super, génial, parfait, oui, non
talk yes        : d'accord, bon travail, beau travail, ça va, comment ça va, bravo, à tous, à demain, bon week-end, bonne soirée, olá, oi, obrigado
talk yes        : obrigada, muito obrigado, bom dia, boa tarde, boa noite, tchau, legal, perfeito, sim, não, beleza, valeu, bom trabalho, tudo bem
talk yes        : tudo bom, até logo, até amanhã, pessoal, ótimo
beside yes      : lunch, team, everyone, folks, all, bot, guys, you, so much, a lot, very much, for the help, for your help, for that, for this, again
beside yes      : so, for everything, buddy, mate, friend, well, oh, ah, the team, there, world, today, everybody, people, y'all, is everyone
beside yes      : zusammen, dir, equipo, a todos, à tous, pessoal, very, now, then, and, for all, for all the help, to you, to you too, to all
beside yes      : my friend, sir, i, am, we, are, is, it, a, that, this, that's, it's, how, was, your weekend, here, 1, 2, 3, one, two, three
thanks yes      : thanks for, thank you for, thx for, cheers for, thank you so much for, thanks so much for, thanks a lot for, congrats on
thanks yes      : congratulations on, great job on, good job on, nice job on, nice work on, great work on, good work on, well done on, kudos for
thanks yes      : props for, danke für, gracias por, merci pour, obrigado por, obrigada por
"""
