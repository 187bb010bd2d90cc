"""Portuguese: the everyday verbs, statuses and priorities."""

TABLE = """
verb view       : mostra, mostrar, mostre, mostra-me, me mostra, me mostre, mostre-me, lista, listar, liste, ver, veja, exibe, exibir, exiba, busca
verb view       : buscar, procura, procurar, procure, quero ver, me dê, me dá, dá-me, como está, como anda
verb create     : cria, criar, crie, criem, novo, nova, adiciona, adicionar, adicione, registra, registrar, registre, regista, registar, cadastra
verb create     : cadastrar
verb close      : fecha, fechar, feche, fechem, encerra, encerrar, encerre, resolve, resolver, resolva, conclui, concluir, conclua, finaliza
verb close      : finalizar, finalize, termina, terminar
verb start      : começa, começar, comece, inicia, iniciar, inicie, trabalhando em, estou trabalhando no, estou trabalhando em, vou pegar, pego
verb start      : pegando, peguei, cuido do, estou no, estou na, estou em, estou com, estou cuidando do, comecei, comecei a mexer em, comecei a mexer
verb start      : vou mexer em, mexendo em, estou mexendo em
verb reopen     : reabre, reabrir, reabra, abre de novo, abrir de novo, abra novamente
verb update     : coloca, colocar, coloque, muda, mudar, mude, altera, alterar, altere, atualiza, atualizar, atualize, marca, marcar, marque, move
verb update     : mover, mova, passa, passar, passe, põe, defina, define, definir, deixa
verb rename     : renomeia, renomear, renomeie
verb delete     : apaga, apagar, apague, exclui, excluir, exclua, deleta, deletar
verb undo       : desfazer, desfaz, desfaça
verb help       : ajuda, comandos, o que você faz
verb cannot     : atribui, atribuir, atribua, mescla, mesclar
verb history    : histórico

opens ticket    : abre, abrir, abra, abram, faz, fazer, faça, gera, gerar, cria, criar, crie, registra, levanta, lança, adiciona, adicionar, adicione
opens ticket    : cadastra, cadastrar, criem, nova, novo, regista, registar, registrar, registre
wants ticket    : preciso de, precisamos de, precisa de, preciso, precisamos, quero, queremos, solicito, pediu
stat open       : aberto, abertos, aberta, abertas, em aberto, não resolvido, não está resolvido, ainda quebrado, pendente, pendentes
stat open       : não foi resolvido
stat prog       : em andamento, em progresso, em curso, em execução, em atendimento, iniciado, começado
stat done       : feito, feitos, feita, resolvido, resolvidos, resolvida, resolvidas, fechado, fechados, fechada, fechadas, concluído, concluídos
stat done       : concluída, concluídas, terminado, terminada, finalizado, finalizada, pronto, pronta, encerrado, encerrados, corrigido, corrigida
stat done       : está resolvido, já está resolvido, foi resolvido, pode ser fechado, já foi resolvido, consertado
pri 1           : urgente, urgentes, alta, altas, crítico, crítica, críticos, críticas, prioridade alta, alta prioridade, máxima
pri 1           : o mais rápido possível, muito urgente, emergência, imediato, com urgência, urgência, bloqueante
pri 2           : prioridade média, prioridade normal, média prioridade
pri 3           : baixa, baixas, baixo, prioridade baixa, baixa prioridade, não urgente, não é urgente, sem pressa, sem urgência, sem urgencia nenhuma
cat code        : código
cat infra       : infraestrutura
cat doc         : documentação
cat other       : outro, outros, outra, outras
field pri       : prioridade
field cat       : categoria
field stat      : status, estado, situação
field title     : título, assunto
field desc      : descrição
field res       : nota, comentário, observação
noun one        : chamado, tarefa, solicitação, problema, caso, bilhete, tíquete, incidente
noun many       : algo, alguma coisa, chamados, tarefas, solicitações, problemas, casos, bilhetes, tíquetes, incidentes
all yes         : todos, todas, tudo, todos os, todas as, cada
mine yes        : meus, minhas
about yes       : sobre
glue yes        : ainda, o, a, os, as, um, uma, de, do, da, dos, das, em, na, nos, nas, com, me, é, está, estão, já, para, pra, que, agora, por, e, ao
glue yes        : à, pro, quais são, foi, ser, como, são, meu, minha, foram, tem sido
to yes          : para, como, pra, em
and yes         : e
or yes          : ou
polite yes      : por favor, obrigado, obrigada, muito obrigado, valeu, pfv, pf, faz favor, se possível, se faz favor
greet yes       : olá, oi, bom dia, boa tarde, boa noite, oi pessoal, olá pessoal, bom dia pessoal
request yes     : pode, poderia, você pode, você poderia, podes, poderias, podem, poderiam, alguém pode, alguém poderia, pode por favor
wish want       : quero, queria, gostaria de
neg order       : ainda não, não, nunca, jamais, sem, nem, nenhum, exceto, menos
cond yes        : se, quando, até que, assim que, talvez, quase, depois de, antes de, a menos que, caso, depois que, só se
time yes        : amanhã, mais tarde, semana que vem, na segunda, na sexta
aux yes         : resta, restam, continua, continuam, segue, seguem, permanecem, está, estão, é, são, há, temos, tem, existe, existem
wh yes          : o que, qual, quais, quem, quando, onde, por que, quantos, quantas, o que está, o que temos
count yes       : quantos, quantas
modal yes       : devemos, deveríamos, deveria, devo, podemos, posso, temos que
pron yes        : isso, isto, este, esse, ele, esse chamado, este chamado, esse ticket, este ticket
because yes     : porque, por, devido a, com, pois, após, duplicado de, duplicata de
said yes        : disse, diz, escreveu
"""
