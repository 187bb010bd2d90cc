"""French: the everyday verbs, statuses and priorities."""

TABLE = """
verb view       : montre, montre-moi, montrer, montrez, montrez-moi, montre-nous, affiche, affiche-moi, afficher, affichez, liste, lister, listez
verb view       : voir, cherche, chercher, donne-moi, donne moi, montre moi, affiche moi, trouve, recherche, où en est, où en sommes-nous avec
verb create     : crée, créer, créez, cree-moi, crée-moi, nouveau, nouvelle, nouvel, ajoute, ajouter, ajoutez, enregistre, enregistrer, signale
verb create     : signaler
verb close      : ferme, fermer, fermez, clos, clore, clôture, clôturer, clôturez, résous, résoudre, termine, terminer, terminez, ferme-le, cloturer
verb close      : fermons
verb start      : je suis sur, je bosse sur, commence, commencer, démarre, démarrer, je prends, je m'occupe de, je m'en occupe, je travaille sur
verb start      : je commence, je regarde, prends
verb reopen     : rouvre, rouvrir, rouvrez, réouvre, réouvrir, ré-ouvrir, réouvrez, ouvre à nouveau
verb update     : mets, mettre, mettez, met, change, changer, changez, modifie, modifier, modifiez, passe, passer, passez, marque, marquer, marquez
verb update     : actualise, déplace, déplacer, mets à jour, mettre à jour, mettez à jour, classe
verb rename     : renomme, renommer
verb delete     : supprime, supprimer, supprimez, efface, effacer
verb undo       : annule, annuler, défaire, annule ça
verb help       : aide, commandes, que peux-tu faire, aide-moi
verb cannot     : assigne, assigner, attribue, attribuer, fusionne, fusionner, rappelle-moi
verb history    : historique

opens ticket    : ouvre, ouvrir, ouvrez, fais, faire, créer, crée, créez, enregistre, signale, ouvre-moi, fais-moi, faites, ajoute, ajouter, ajoutez
opens ticket    : cree-moi, crée-moi, enregistrer, nouveau, nouvel, nouvelle, signaler
wants ticket    : j'ai besoin d'un, il faut, il faudrait, je veux, je voudrais, nous voulons, demande, a demandé, nous avons besoin d'un, il nous faut
wants ticket    : il me faut
stat open       : ouvert, ouverts, ouverte, ouvertes, non résolu, pas résolu, n'est pas résolu, pas réglé, n'est pas réglé, toujours cassé, en attente
stat prog       : en cours, en progression, en traitement, en progrès, commencé, démarré, en cours de traitement
stat done       : terminé, terminés, terminée, terminées, résolu, résolus, résolue, résolues, fermé, fermés, fermée, fermées, fini, finis, finie
stat done       : réglé, réglés, réglée, corrigé, corrigée, clôturé, clôturés, clos, fait, est résolu, a été résolu, est réglé, c'est réglé
stat done       : c'est résolu, c'est fait, est corrigé, peut être fermé, a été corrigé, a été réglé
pri 1           : d'urgent, urgent, urgents, urgente, urgentes, haute, hautes, élevée, élevé, élevées, critique, critiques, haute priorité
pri 1           : priorité haute, priorité élevée, prioritaire, prioritaires, dès que possible, au plus vite, c'est urgent, très urgent, maximale
pri 1           : bloquant, bloquante, bloquants, urgences, d'urgence, en urgence, urgence
pri 2           : moyenne, moyen, normale, moyennes, priorité moyenne, priorité normale
pri 3           : basse, bas, basses, faible, faibles, basse priorité, priorité basse, priorité faible, pas urgent, ce n'est pas urgent
pri 3           : c'est pas urgent, non urgent, rien d'urgent, sans urgence, aucune urgence
cat doc         : doc
cat other       : autre, autres, divers
field pri       : priorité
field cat       : catégorie
field stat      : statut, état
field title     : titre, sujet
field desc      : description
field res       : note, commentaire, remarque
noun one        : demande, tâche, problème, incident, tiquet
noun many       : quelque chose, demandes, tâches, problèmes, tiquets
all yes         : tous, toutes, tout, tous les, toutes les, chaque
mine yes        : mes, les miens
about yes       : sur, à propos de, concernant
glue yes        : encore, toujours, le, la, les, un, une, des, de, du, d'un, d'une, à, au, aux, en, avec, moi, nous, je, est, sont, ça, qui, pour, sur
glue yes        : et, maintenant, y, dans, quels sont, c'est, vient, être, été, a, ont, j'ai, on, mon, ma, que, dès maintenant, en ce moment
glue yes        : tout de suite, furent, ont été
to yes          : à, en, comme
and yes         : et
or yes          : ou
polite yes      : s'il te plaît, s'il vous plaît, svp, stp, merci, merci beaucoup, merci d'avance, s'il te plait
greet yes       : bonjour, bonsoir, salut, coucou, bonjour à tous, salut à tous, bonjour l'équipe
request yes     : peux-tu, pouvez-vous, pourrais-tu, pourriez-vous, tu peux, vous pouvez, peux tu, pouvez vous, est-ce que tu peux
request yes     : est-ce que vous pouvez, tu pourrais, vous pourriez, quelqu'un peut, quelqu'un pourrait, merci de, veuillez
wish want       : je veux, je voudrais, j'aimerais, je souhaite
neg order       : pas encore, ne, pas, jamais, aucun, sans, ne pas, surtout pas, plus, sauf
cond yes        : si, quand, dès que, lorsque, tant que, jusqu'à, peut-être, presque, après, avant, une fois que, sauf si, à moins que
time yes        : demain, plus tard, la semaine prochaine, lundi, vendredi, ce soir
aux yes         : reste, restent, reste-t-il, demeurent, est, sont, a-t-on, avons-nous, y a-t-il, est-ce qu'il y a, il y a
wh yes          : quoi, quel, quelle, quels, quelles, qui, quand, où, pourquoi, combien, qu'est-ce que, qu'est-ce qui, qu'est-ce, que, combien de
wh yes          : c'est quoi
count yes       : combien de, combien
modal yes       : faut-il, devons-nous, doit-on, devrait-on, dois-je, peut-on, pouvons-nous, on devrait, est-ce qu'on, est-ce que je, puis-je, est-ce
pron yes        : ça, cela, ceci, ce, celui-ci, le, ce ticket
because yes     : parce que, car, grâce à, à cause de, suite à, après, par, avec, puisque, doublon de, doublon
said yes        : a dit, dit, a écrit
"""
