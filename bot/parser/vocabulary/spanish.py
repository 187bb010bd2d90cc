"""Spanish: the everyday verbs, statuses and priorities."""

TABLE = """
verb view       : muestra, muéstrame, mostrar, muestre, muéstranos, mostrarme, enséñame, enseña, lista, listar, listame, ver, busca, buscar, dame
verb view       : dime, quiero ver, encuentra, cómo va, cómo está, qué pasa con
verb create     : crea, crear, cree, creame, créame, nuevo, nueva, añade, añadir, agrega, agregar, registra, registrar, anota, reporta
verb close      : cierra, cerrar, cierre, cierren, ciérralo, resuelve, resolver, termina, terminar, finaliza, finalizar, completa, cerremos
verb start      : empieza, empezar, comienza, comenzar, inicia, iniciar, trabajando en, estoy trabajando en, me encargo de, me encargo del
verb start      : yo me encargo de, tomo, empiezo, empiezo con, estoy con, ando con, estoy en, me ocupo de
verb reopen     : reabre, reabrir, reabra, vuelve a abrir, abrir de nuevo, abre de nuevo
verb update     : pon, poner, pone, ponga, ponle, cambia, cambiar, cambie, actualiza, actualizar, actualice, marca, marcar, marque, mueve, mover, pasa
verb update     : pasar, establece, establecer, haz, asigna prioridad, sube, baja
verb rename     : renombra, renombrar
verb delete     : borra, borrar, elimina, eliminar, suprime
verb undo       : deshacer, deshaz, deshaz eso
verb help       : ayuda, comandos, qué puedes hacer
verb cannot     : asigna, asignar, fusiona, fusionar, recuérdame
verb history    : historial

opens ticket    : abre, abrir, abra, levanta, levantar, genera, generar, haz, hacer, crear, crea, registra, pon, abrirme, mete, agrega, agregar, anota
opens ticket    : añade, añadir, creame, cree, créame, nueva, nuevo, registrar, reporta
wants ticket    : necesito, necesitamos, necesita, quiero, queremos, quiere, quisiera, solicito, requiero, pide, pidió
stat open       : abierto, abiertos, abierta, abiertas, pendiente, pendientes, sin resolver, no resuelto, no está resuelto, sigue roto, sigue fallando
stat open       : no está arreglado
stat prog       : en progreso, en curso, en proceso, en marcha, en desarrollo, empezado, iniciado
stat done       : hecho, hechos, hecha, resuelto, resueltos, resuelta, resueltas, cerrado, cerrados, cerrada, cerradas, terminado, terminados
stat done       : terminada, solucionado, solucionada, arreglado, arreglada, listo, completado, completada, finalizado, ya está, está resuelto
stat done       : ya está resuelto, quedó resuelto, fue resuelto, se puede cerrar, puede cerrarse, ya quedó, ya está arreglado
pri 1           : urgente, urgentes, alta, alto, altas, crítico, crítica, críticos, críticas, prioridad alta, alta prioridad, máxima prioridad
pri 1           : inmediato, lo antes posible, cuanto antes, muy urgente, es urgente, emergencia, con urgencia, urgencia, bloqueante, bloqueantes
pri 1           : de urgencia
pri 2           : prioridad media, prioridad normal, media prioridad
pri 3           : baja, bajo, bajas, prioridad baja, baja prioridad, no urgente, no es urgente, sin prisa, no corre prisa, no hay prisa, sin urgencia
pri 3           : sin ninguna urgencia
cat code        : código
cat infra       : infraestructura
cat doc         : documentación
cat other       : otro, otros, otra, otras
field pri       : prioridad
field cat       : categoría
field stat      : estado
field title     : título, asunto
field desc      : descripción
field res       : nota, comentario, solución
noun one        : tique, incidencia, tarea, solicitud, caso, problema, tiquete, boleto
noun many       : algo, tiques, incidencias, tareas, solicitudes, casos, problemas, tiquetes
all yes         : todos, todas, todo, todos los, todas las, cada
mine yes        : mis, míos, mías
about yes       : sobre, acerca de
glue yes        : todavía, aún, el, la, los, las, un, una, de, del, en, con, me, es, está, están, se, ya, por, para, que, ahora, lo, y, nos, al
glue yes        : al tanto, mi, su, ha sido, ha, fue, sido, como, son, qué hay, estamos, tienen, tenga, fueron, han sido, le
to yes          : a, como
and yes         : y
or yes          : o
polite yes      : por favor, porfa, gracias, muchas gracias, porfavor, saludos, de nuevo
greet yes       : hola, buenos días, buenas tardes, buenas noches, buenas, hola a todos, buen día, hola equipo
request yes     : podéis, podríais, me podéis, nos podéis, puedes, podrías, puede, podría, pueden, podrían, alguien puede, alguien podría, me puedes
request yes     : me podrías, puedes por favor, podrías por favor, por favor puedes
wish want       : quiero, quisiera, me gustaría
neg order       : todavía no, aún no, no, nunca, jamás, sin, tampoco, ni, ya no, excepto, menos
cond yes        : si, cuando, hasta que, en cuanto, a menos que, quizás, tal vez, casi, después de, antes de, salvo que, una vez que, acaso
time yes        : mañana, más tarde, luego, la próxima semana, el lunes, el viernes
aux yes         : queda, quedan, sigue, siguen, continúa, continúan, permanecen, está, están, es, son, hay, tenemos, tienes, existe, existen
wh yes          : qué, cuál, cuáles, quién, cómo, cuándo, dónde, por qué, cuántos, cuántas, qué es, qué está, qué hay, qué tenemos
count yes       : cuántos, cuántas
modal yes       : debemos, deberíamos, debería, debo, podemos, podríamos, puedo, tenemos que, hay que
pron yes        : esto, eso, este, ese, lo, este ticket, ese ticket, el ticket
because yes     : porque, por, debido a, ya que, con, gracias a, tras, duplicado de, duplicado, es un duplicado de
said yes        : dijo, dice, escribió
"""
