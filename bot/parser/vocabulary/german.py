"""German: the everyday verbs, statuses and priorities."""

TABLE = """
verb view       : zeige, zeig, zeigen, anzeigen, zeige mir, zeig mir, zeig uns, liste, auflisten, finde, suche, suche nach, schau, schau dir, gib mir
verb view       : anschauen, ansehen, auflistung, übersicht, wie steht es um, wie steht es mit, was ist mit
verb create     : erstelle, erstell, erstellen, anlegen, lege, leg, neues, neuer, neue, neuen, erfasse, erfassen, hinzufügen, eröffne, eröffnen
verb create     : erzeuge, erzeugen, aufmachen, aufnehmen, melde
verb close      : schließe, schließ, schließen, schliesse, schliessen, abschließen, schließe ab, beende, beenden, erledige, erledigen, löse, zumachen
verb close      : mach zu, mache zu, schließt, abhaken
verb start      : ich bin an, bin an, ich sitze an, sitze an, beginne, starte, starten, beginnen, übernehme, ich übernehme, arbeite an, ich arbeite an
verb start      : bin dran, ich bin dran, kümmere mich um, ich kümmere mich um, nehme, schaue mir, ich schaue mir, wird bearbeitet, bearbeite
verb start      : ich bearbeite, hab mir das geschnappt, ich schnappe mir, schnappe mir, bin schon dran, ich bin schon dran
verb start      : ich hab mir das geschnappt
verb reopen     : wieder öffnen, wiedereröffnen, wieder aufmachen, öffne wieder, wieder eröffnen, wieder auf, neu öffnen, erneut öffnen
verb reopen     : wieder geöffnet
verb update     : setze, setz, setzen, ändere, ändern, aktualisiere, aktualisieren, markiere, markieren, verschiebe, verschieben, stelle, stell
verb update     : stellen, mache, mach, machen, stufe, einstufen, umstellen, kategorisiere
verb rename     : umbenennen, benenne
verb delete     : lösche, löschen, lösch, entferne, entfernen
verb undo       : rückgängig, rückgängig machen, mach das rückgängig, mache das rückgängig
verb help       : hilfe, befehle, was kannst du
verb cannot     : zuweisen, weise, zusammenführen, erinnere, erinnere mich
verb history    : verlauf, historie

opens ticket    : öffne, öffnen, mach, mache, aufmachen, anlegen, erstellen, erstelle, erfassen, eröffne, eröffnen, leg, lege, aufnehmen
opens ticket    : bitte anlegen, erfasse, erstell, erzeuge, erzeugen, hinzufügen, melde, neue, neuen, neuer, neues
wants ticket    : brauche, brauchen, braucht, benötige, benötigen, benötigt, hätte gern, hätte gerne, möchte, möchten
stat open       : offen, öffne, öffnen, offene, offenen, offener, offenes, geöffnet, nicht behoben, nicht erledigt, nicht gelöst, immer noch kaputt
stat open       : unerledigt, unerledigte
stat prog       : in arbeit, in bearbeitung, laufend, laufende, laufenden, begonnen, angefangen, in gang
stat done       : erledigt, erledigte, erledigten, fertig, geschlossen, geschlossene, geschlossenen, gelöst, gelöste, behoben, abgeschlossen
stat done       : abgeschlossene, abgeschlossenen, wurde behoben, ist behoben, beendet, gefixt, gefixed, repariert, kann zu, kann geschlossen werden
stat done       : ist durch
pri 1           : dringend, dringende, dringenden, dringendes, dringender, hoch, hohe, hohen, hoher, eilig, kritisch, kritische, kritischen
pri 1           : hohe priorität, hohe prio, hoher priorität, hoher prio, höchste priorität, höchste prio, sofort, notfall, sehr dringend, wichtig
pri 2           : mittel, mittlere, mittleren, normale, mittlere priorität, mittlere prio, normale priorität
pri 3           : niedrig, niedrige, niedrigen, gering, geringe, niedrige priorität, niedrige prio, niedriger priorität, nicht dringend, nicht eilig
pri 3           : hat zeit, keine eile, unwichtig, hat keine eile, eilt nicht, ohne eile, keine hektik
cat doc         : doku, dokumentation
cat other       : sonstiges, sonstige, andere, anderes
field pri       : priorität, dringlichkeit
field cat       : kategorie
field title     : titel, betreff
field desc      : beschreibung
field res       : notiz, kommentar, anmerkung, lösung
noun one        : anfrage, aufgabe, meldung, vorgang
noun many       : etwas, anfragen, aufgaben, fälle, meldungen, vorgänge
all yes         : alle, alles, allen, jedes, sämtliche
mine yes        : meine, meinen, meiner, von mir
about yes       : über, zu, bezüglich, zum thema
glue yes        : der, die, das, den, dem, des, ein, eine, einen, einem, mir, uns, ist, sind, auf, von, für, mit, und, jetzt, wir, ich, es, bei, im
glue yes        : in, habe, haben, wurde, schon, bereits, nun, mal, noch, im moment, gerade, aktuell, zur, zum, wird, werden, status, sich, hat, da
glue yes        : hier, nochmal, wieder, dazu, wurden, gleich
to yes          : auf, als, nach
and yes         : und
or yes          : oder
shut yes        : zu
up yes          : zu, ab, an, um, dich, mich
polite yes      : bitte, danke, vielen dank, danke dir, danke schön, dankeschön, gruß, viele grüße, merci, mal bitte, bitte mal, schnell, kurz
greet yes       : hallo, guten morgen, guten tag, guten abend, moin, servus, grüß gott, grüezi, hallo zusammen, hi zusammen
request yes     : kann mal jemand, könnte mal jemand, kann bitte jemand, könnte bitte jemand, kann mal bitte jemand, kannst du, könntest du
request yes     : kannst du bitte, könntest du bitte, kann jemand, könnte jemand, könnt ihr, könntet ihr, würdest du, können sie, könnten sie
request yes     : können sie bitte, könnten sie bitte, kann man bitte, bitte
wish want       : ich möchte, ich will, ich würde gerne, wir möchten, ich muss, kann ich, können wir
neg order       : noch nicht, nicht, kein, keine, keinen, nie, niemals, nicht mehr, ohne, außer
cond yes        : wenn, falls, sobald, sofern, bis, erst, nachdem, vielleicht, eventuell, ob, würde, könnte, bevor, fast, beinahe, teilweise, nur wenn
time yes        : morgen, später, nächste woche, heute abend, am montag, am freitag, bis morgen, bis freitag
aux yes         : bleibt, bleiben, verbleiben, ist, sind, hat, haben, wurde, gibt es, haben wir, hast du, habt ihr
wh yes          : was, welche, welcher, welches, wer, wie, wann, warum, wieso, wo, was ist, was sind, wie viele, wie ist, was gibt es, weshalb
count yes       : wie viele, anzahl
modal yes       : sollen, sollten, soll, sollte, darf, dürfen, können, sollen wir, sollten wir, soll ich, müssen wir, kann, muss, muss ich, darf ich
pron yes        : dieses, dieses ticket, das ticket, diese
because yes     : weil, da, wegen, denn, durch, nach, mittels, duplikat von, duplikat
said yes        : sagte, meinte, schrieb, sagt
"""
