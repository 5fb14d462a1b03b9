import { Command, InvalidArgumentError } from 'commander';

/** `bomfri <command>`: every command on one page; what one does is in the module it imports. */
const program = new Command('bomfri').description(
  'Camera reads in, closed visits and fair charges out. Configuration: see the table in README.md.',
);

program.command('ingest').description('take reads over HTTP and write them to parking.reads')
  .action(async () => (await import('./ingest/main.ts')).main());
program.command('quarantine').description('hold what unknown cameras send, and release it once a garage names them')
  .action(async () => (await import('./ingest/cameras/quarantine-main.ts')).main());
program.command('live')
  .description('fill Redis from the topics, and serve the read API, the event stream and the status page')
  .option(
    '--rebuild',
    'empty Redis and end: the process that runs, or the next one, fills it from the start of the topics',
  )
  .action(async ({ rebuild }) => {
    const live = await import('./live/main.ts');
    await (rebuild ? live.rebuildMain() : live.main());
  });
program.command('settings').description('print every environment variable, its default and meaning as a Markdown table')
  .action(async () => console.log((await import('./service/settings-table.ts')).settingsTable()));

program.command('start')
  .description('bring everything up on this machine, run the demo and keep serving; Ctrl-C stops it')
  .option('--no-demo', 'only serve')
  .action(async (options) => (await import('../local/start.ts')).start(options));
const local = program.command('local').description('the whole stack on this machine, without Docker');
local.command('up').description('start Kafka, the schema registry, Redis and ClickHouse in the background')
  .action(async () => (await import('../local/main.ts')).up());
local.command('down').description('stop what `up` started')
  .action(async () => (await import('../local/main.ts')).down());
local.command('status').description('show each part with its port, state, process, uptime and memory')
  .action(async () => (await import('../local/main.ts')).status());
local.command('wipe').description('stop the stack and delete its data and logs; downloads stay')
  .action(async () => (await import('../local/main.ts')).wipe());

program.command('replay').description('send a file of reads (NDJSON or CSV, also .gz) through the running pipeline')
  .argument('<file>', 'in order within a garage')
  .option('--garages <file>', 'apply this garages file first')
  .action(async (file, options) => (await import('./replay/main.ts')).main(file, options));
program.command('demo')
  .description('a day in some garages through the running pipeline, then the truth against what came out')
  .option('--check', 'exit with 1 when anything is lost, doubled or not explained by an injected fault')
  .option('--seed <text>', 'the same seed gives the same day', '1')
  .option('--garages <n>', 'garages', '20')
  .option('--speedup <n>', 'times faster than the clock', '1620')
  .option('--yes', 'yes, use a stack that is not on this machine')
  .action(async (options) => (await import('../loadtest/demo/main.ts')).main(options));
program.command('fleet')
  .description('simulate garages and their cameras: reads and truth into files, or reads straight to ingest')
  .option('--seed <text>', 'the same seed gives the same reads', '1')
  .option('--garages <n>', 'garages', '20')
  .option('--vehicles <n>', 'vehicles that come again; strangers come besides', '3000')
  .option('--lanes <n>', 'lanes of each garage (default: one to four)')
  .option('--days <n>', 'days', '1')
  .option('--from <date>', 'first day', '2026-09-01')
  .option('--profile <name>', 'what goes wrong: none, demo, clean, typical, harsh, other or abroad', 'demo')
  .option('--prefix <text>', 'begins all garage, account and read ids (default: from the seed)')
  .option('--out <dir>', 'write files')
  .option('--to <url>', 'send to this ingest service')
  .option('--rate <n>', 'reads per second')
  .option('--speedup <n>', 'times faster than the clock')
  .option('--yes', 'yes, load a machine that is not this one')
  .action(async (options) => (await import('../loadtest/fleet/main.ts')).main(options));

const warehouse = program.command('warehouse').description('keep ClickHouse filled from the topics, each revision once')
  .action(async () => (await import('./warehouse/main.ts')).main());
warehouse.command('migrate')
  .description("bring ClickHouse's tables to this release; `warehouse` does it at its start too")
  .action(async () => (await import('./warehouse/main.ts')).migrateMain());
warehouse.command('rebuild').description('make missing tables anew and have all topics read from their start')
  .action(async () => (await import('./warehouse/main.ts')).rebuildMain());
program.command('dashboards').description('write the Grafana dashboards to dashboards/generated')
  .action(async () => (await import('../dashboards/build.ts')).main());

program.command('topics').description('the topics of topics/topics.ts in Kafka')
  .command('apply').description('make those that are missing, and say precisely what differs in those that are there')
  .option('--check', 'only look')
  .action(async (options) => (await import('../topics/apply.ts')).main(options));
program.command('schemas').description('the schemas of schemas/ in the registry')
  .command('apply').description('register them, FULL_TRANSITIVE, and refuse changes that a reader could not read')
  .option('--check', 'only look')
  .action(async (options) => (await import('../schemas/apply.ts')).main(options));

program.command('garages').description('garages with their lanes, cameras and tariffs')
  .command('apply <file>').description('take over the garages of a JSON file and tell the stages; prints what changed')
  .action(async (file) => (await import('./garages/main.ts')).apply(file));
program.command('garage').description('a garage and what is inside')
  .command('recount <garage> <n>')
  .description('so many vehicles are inside: the open visits least likely to last become unclosed')
  .option('--inside <file>', 'plates that were seen inside, one a line: these stay')
  .option('--at <time>', 'when it was counted, such as 2026-09-01T04:00:00Z (default: now)')
  .option('--by <name>', 'who counted (default: the user of this machine)')
  .option('--reason <text>', 'why, for the record', '')
  .action(async (garage, count, options) =>
    (await import('./visits/review/recount-main.ts')).recount(garage, count, options));
program.command('explain <visit>')
  .description('why a visit is what it is: from the offsets of its reads to its charge, with scores')
  .option('--garage <id>', 'where it was (default: the warehouse or the topic is asked)')
  .option('--json', 'print one JSON object')
  .action(async (visit, options) => (await import('./visits/explain/explain-main.ts')).main(visit, options));
const review = program.command('review').description('settle a doubtful visit; ids as in visits and irregularities');
review.command('list <garage>')
  .description('what waits for a person: visits in review, exits that nobody or several could have made')
  .option('--json', 'print one JSON object')
  .action(async (garage, options) => (await import('./visits/review/review-list.ts')).list(garage, options));
const action = (usage: string, does: string): Command => review.command(usage).description(does)
  .option('--by <name>', 'who says so (default: the user of this machine)')
  .option('--reason <text>', 'why, for the record', '');
action('confirm <garage> <visit>', "it is one vehicle's stay: closed, for sure")
  .action(async (garage, visit, options) =>
    (await import('./visits/review/review-main.ts')).confirm(garage, visit, options));
action('split <garage> <visit>', 'its exit is not that of its entry: two visits, neither billed by itself')
  .action(async (garage, visit, options) =>
    (await import('./visits/review/review-main.ts')).split(garage, visit, options));
action('merge <garage> <exit> <entry>', 'a visit without an entry and one without an exit are one stay')
  .action(async (garage, exit, entry, options) =>
    (await import('./visits/review/review-main.ts')).merge(garage, exit, entry, options));
action('correct <garage> <visit> <country> <plate>', 'its plate is this one, whatever was read')
  .action(async (garage, visit, country, plate, options) =>
    (await import('./visits/review/review-main.ts')).correct(garage, visit, country, plate, options));
action('dismiss <garage> <irregularity>', 'nothing more is to be done about it')
  .action(async (garage, irregularity, options) =>
    (await import('./visits/review/review-main.ts')).dismiss(garage, irregularity, options));
program.command('tariff').description('what parking costs')
  .command('explain <garage> <enter> <exit>')
  .description('print the price of a stay line by line; times such as 2026-02-02T10:00, of the garage\'s clock')
  .option('--garages <file>', 'garages, JSON (default: those that were applied)')
  .option('--permit <kind>', 'the vehicle has a permit of this kind, such as electric')
  .action(async (garage, enter, exit, options) =>
    (await import('./pricing/tariff/explain-main.ts')).explain(garage, enter, exit, options));
program.command('permits').description('vehicles that park free or cheaper')
  .command('apply <file>').description('take over the permits of a JSON file and tell pricing; prints what changed')
  .action(async (file) => (await import('./permits/main.ts')).apply(file));
program.command('external-payments').description('payments for parking that were made elsewhere')
  .command('add <file>').description('add the payments of a JSON file; one that was added before changes nothing')
  .action(async (file) => (await import('./external-payments/main.ts')).add(file));
const accounts = program.command('accounts')
  .description('serve the accounts API, and write accounts with their vehicles and cards')
  .action(async () => (await import('./accounts/main.ts')).main());
accounts.command('apply <file>')
  .description('take over the accounts of a JSON file and tell pricing; prints what changed')
  .action(async (file) => (await import('./accounts/commands-main.ts')).apply(file));
accounts.command('tell-cards')
  .description(
    'tell charges of all cards once more: needed once after an upgrade from a release whose charges were not '
      + 'told of cards',
  )
  .action(async () => (await import('./accounts/commands-main.ts')).tellAllCards());
accounts.command('block <account>').description('block an account: no new visits are registered to it')
  .requiredOption('--reason <text>', 'why; payment_trouble is lifted by a new card', someWords)
  .action(async (account, options) => (await import('./accounts/commands-main.ts')).block(account, options));
accounts.command('unblock <account>').description('lift whatever the account is blocked for')
  .action(async (account) => (await import('./accounts/commands-main.ts')).unblock(account));
const payments = program.command('payments')
  .description('have the payment gateway collect what is requested, each request at most once')
  .action(async () => (await import('./payments/main.ts')).main());
payments.command('reconcile [day]').description(
  "name each difference between the gateway's settlement of a day (default: yesterday, UTC) and the results",
)
  .option('--settlement <file>', "the gateway's transaction list as CSV (default: asked of the local gateway)")
  .action(async (day, options) => (await import('./payments/reconcile-main.ts')).reconcileDay(day, options));
const documents = program.command('documents')
  .description("give each sale its number in its operator's series: receipts, invoices, credit notes")
  .action(async () => (await import('./documents/main.ts')).main());
documents.command('list').description('show numbers, kinds, days and sums; no names')
  .option('--operator <id>', 'of this operator only')
  .option('--day <date>', 'issued on this day only')
  .option('--account <id>', 'of this account only')
  .option('--kind <name>', 'receipt, invoice or credit_note only')
  .option('--number <n>', 'with this number only')
  .option('--limit <n>', 'at most so many', '100')
  .action(async (options) => (await import('./documents/commands.ts')).list(options));
documents.command('gaps')
  .description("whether each operator's numbers are all there, none twice; fails when they are not")
  .option('--operator <id>', 'of this operator only')
  .action(async (options) => (await import('./documents/commands.ts')).gaps(options));
documents.command('resend <documents...>')
  .description('mail documents once more to whom they are for; they keep their numbers')
  .option('--language <code>', "nb or en (default: the operator's)")
  .action(async (ids, options) => (await import('./documents/commands.ts')).resend(ids, options));
documents.command('pdf <documents...>').description('write documents into one PDF')
  .requiredOption('--out <file>', 'where to')
  .option('--language <code>', "nb or en (default: the operator's)")
  .action(async (ids, options) => (await import('./documents/commands.ts')).pdf(ids, options));
program.command('journal <day>')
  .description("the postings of a day's sales documents as CSV, balanced; accounts of NS 4102")
  .option('--operator <id>', 'of this operator only')
  .action(async (day, options) => (await import('./documents/commands.ts')).journal(day, options));
program.command('mailer').description('mail invoices and credit notes when they are made, and what is asked for')
  .action(async () => (await import('./mailer/main.ts')).main());
program.command('operators').description('the parking companies, as their sales documents name them')
  .command('apply <file>').description('take over the operators of a JSON file; prints what changed')
  .action(async (file) => (await import('./operators/main.ts')).apply(file));
const webhooks = program.command('webhooks')
  .description('tell operators\' endpoints of their billing lines, charges and sales documents')
  .action(async () => (await import('./webhook/main.ts')).main());
webhooks.command('add').description('add an endpoint and print its signing secret, once')
  .requiredOption('--operator <id>', 'whose records it is told of')
  .requiredOption('--url <url>', 'https, a public address')
  .option('--topics <names>', 'of what, separated by commas', 'billing,charges,documents')
  .option('--from <time>', 'also what has come since then (default: now)')
  .action(async (options) => (await import('./webhook/commands-main.ts')).add(options));
webhooks.command('list').description('show all endpoints and how they fare, never their secrets')
  .action(async () => (await import('./webhook/commands-main.ts')).list());
webhooks.command('enable <id>').description('go on from where it stopped, and try at once what was set aside')
  .action(async (id) => (await import('./webhook/commands-main.ts')).enable(id));
webhooks.command('disable <id>').description('send nothing until it is enabled; nothing is lost')
  .action(async (id) => (await import('./webhook/commands-main.ts')).disable(id));
webhooks.command('replay <id>').description('send everything since a time once more, under the same ids')
  .requiredOption('--from <time>', 'such as 2026-09-01T00:00:00Z')
  .action(async (id, options) => (await import('./webhook/commands-main.ts')).replay(id, options));
webhooks.command('rotate <id>')
  .description('make a new signing secret and print it, once; the former one signs beside it for a while')
  .option('--overlap <hours>', 'for so long', '72')
  .action(async (id, options) => (await import('./webhook/commands-main.ts')).rotate(id, options));
webhooks.command('remove <id>').description('send nothing to it any more, for good')
  .action(async (id) => (await import('./webhook/commands-main.ts')).remove(id));
program.command('gateway').description('a card payment gateway for development, with test cards that misbehave')
  .action(async () => (await import('../local/gateway/main.ts')).main());
const keys = program.command('keys').description('API keys of camera fleets and readers');
keys.command('create').description('make a key and print it, once: it is not stored')
  .requiredOption('--operator <id>', 'garages of this operator only; * for those of all operators')
  .option('--garages <ids>', 'of these garages only, separated by commas')
  .option('--name <text>', 'whose it is', '')
  .option('--rate <n>', 'requests per second', '200')
  .option(
    '--scopes <names>',
    'what it may do besides, separated by commas; review: see plates of doubtful visits, and settle them',
  )
  .action(async (options) => (await import('./access/main.ts')).create(options));
keys.command('list').description('show all keys, never their secrets')
  .action(async () => (await import('./access/main.ts')).list());
keys.command('revoke <id>').description('refuse a key from now on')
  .action(async (id) => (await import('./access/main.ts')).revoke(id));
keys.command('local').description("make the key of this machine's own programs, for all garages, unless there is one")
  .action(async () => (await import('./access/main.ts')).local());
const privacy = program.command('privacy')
  .description('once a day anonymise what is past its time: plates, accounts nobody uses, what is over')
  .action(async () => (await import('./privacy/main.ts')).main());
privacy.command('inventory').description('where personal data stands, and when it goes from there')
  .action(async () => (await import('./privacy/commands.ts')).showInventory());
privacy.command('anonymise').description('the same at once, with what it comes to')
  .action(async () => (await import('./privacy/commands.ts')).anonymise());
privacy.command('log').description('who was shown whose personal data, when and where; the newest first')
  .option('--account <id>', 'of this account, its documents and visits')
  .option('--visit <id>', 'of this visit')
  .option('--by <actor>', 'by key:ID or user:NAME')
  .option('--since <time>', 'since then, such as 2026-09-01')
  .option('--limit <n>', 'at most so many', '100')
  .option('--json', 'print one JSON array')
  .action(async (options) => (await import('./privacy/commands.ts')).log(options));
privacy.command('visits <country> <plate>')
  .description('the visits of a vehicle, for a person who asks what is known of it; that is logged')
  .requiredOption('--reason <text>', 'who asked, and when', someWords)
  .action(async (country, plate, options) => (await import('./privacy/commands.ts')).visits(country, plate, options));
privacy.command('erase-plate <country> <plate>')
  .description("take a vehicle's plate away from its visits that are over and settled, at a person's request")
  .action(async (country, plate) => (await import('./privacy/commands.ts')).erasePlateOf(country, plate));
privacy.command('erase-holder <account>')
  .description("erase an account's holder at their written request; what is pending is still collected")
  .requiredOption('--reason <text>', 'who asked, and when', someWords)
  .action(async (account, options) => (await import('./privacy/commands.ts')).eraseHolderOf(account, options));
program.command('cameras').description('cameras as they send')
  .command('watch [serial]')
  .description('show live what ingest understood of each payload, and why not; of one camera or all')
  .action(async (serial) => (await import('./ingest/cameras/watch-main.ts')).watch(serial));
program.command('visits').description('make visits and irregularities of reads')
  .action(async () => (await import('./visits/main.ts')).main());
program.command('evaluate').description('the same rules over a file of reads, without Kafka; scores against the truth')
  .option('--garages <file>', 'garages, JSON')
  .option('--reads <file>', 'reads, NDJSON or CSV, plain or .gz')
  .option('--truth <file>', 'what really happened, NDJSON')
  .option(
    '--profile <name>',
    'instead of files: simulated garages, by the seeds kept for reporting: clean, typical, harsh, other or abroad',
  )
  .option('--garage-count <n>', 'garages of each seed', '4')
  .option('--vehicles <n>', 'vehicles of each seed', '2400')
  .option('--days <n>', 'simulated days', '14')
  .option('--seed <text>', 'these seeds alone, with commas between them')
  .option('--recount-days <n>', 'somebody counts the vehicles inside every so many days')
  .option('--visits-out <file>', 'write the visits as NDJSON, without open and withdrawn ones')
  .option('--irregularities-out <file>', 'write the irregularities as NDJSON, without withdrawn ones')
  .option('--json', 'print one JSON object instead of a table')
  .action(async (options) => (await import('./visits/evaluation/evaluate.ts')).main(options));
program.command('learn <reads> <stays>')
  .description('learn how cameras misread from reads whose plate is known: visits closed for sure, or a truth file')
  .option('--out <file>', "write the counts here (default: in place of the shipped ones; start `visits` anew then)")
  .option('--least <n>', 'name only confusions seen so often, so that no plate can be read back', '5')
  .action(async (reads, stays, options) =>
    (await import('./visits/matching/learn-command.ts')).main(reads, stays, options));
program.command('sightings').description('find plates that are in two garages of one operator at the same time')
  .action(async () => (await import('./sightings/main.ts')).main());
program.command('pricing').description('make billing lines of visits')
  .action(async () => (await import('./pricing/main.ts')).main());
const charges = program.command('charges')
  .description('sum billing lines into charges at each day close, and collect them')
  .action(async () => (await import('./charges/main.ts')).main());
const chargesWord = (usage: string, does: string): Command => charges.command(usage).description(does)
  .option('--by <name>', 'who says so (default: the user of this machine)')
  .option('--reason <text>', 'why, for the record', '');
chargesWord('waive <subject>', 'nobody has to pay for a line, charge or invoice that is not paid')
  .action(async (subject, options) => (await import('./charges/words-main.ts')).waive(subject, options));
chargesWord('approve <subject>', 'what was waived of a line, or of an entry of one, is collected with the next charge')
  .action(async (subject, options) => (await import('./charges/words-main.ts')).approve(subject, options));
chargesWord('hold-blocking <account>', 'payment trouble does not block this account')
  .action(async (account, options) => (await import('./charges/words-main.ts')).holdBlocking(account, options));
chargesWord('release-blocking <account>', 'it may be blocked again')
  .action(async (account, options) => (await import('./charges/words-main.ts')).releaseBlocking(account, options));
program.command('invoices').description('invoices over what could not be collected from cards')
  .command('pay <file>')
  .description(
    'take in a bank file, CSV: kid, amountMinor, currency, bookedOn, reference; tells what became of each payment',
  )
  .action(async (file) => (await import('./charges/invoices-main.ts')).pay(file));
program.command('settlement <day>').description('what is each operator\'s of what was charged on a day (YYYY-MM-DD)')
  .action(async (day) => (await import('./charges/warehouse-main.ts')).settlement(day));
program.command('ledger').description('who owns each line')
  .command('check')
  .description('prove that each is owned by exactly one of open charge, captured charge, invoice, waived')
  .action(async () => (await import('./charges/warehouse-main.ts')).check());
program.command('owners').description('registered owners of vehicles, who get the invoices')
  .command('apply <file>')
  .description('take over the owners of a JSON file; lines that are made from then on name them')
  .action(async (file) => (await import('./owners/apply.ts')).apply(file));
program.command('closer').description('close each billing day at 06:00 of the next, once all is priced')
  .action(async () => (await import('./charges/closer-main.ts')).main());
program.command('close-day <day>').description('close a billing day (YYYY-MM-DD) by hand')
  .action(async (day) => (await import('./charges/closer-main.ts')).closeByHand(day));

program.command('redrive')
  .description('dead letters by what they are; with --apply send them back, to the partition that they belong to')
  .option('--stage <name>', 'only those that this stage has set aside')
  .option('--reason <word>', 'only those with this reason, such as wrong_partition')
  .option('--topic <name>', 'only records of this topic')
  .option('--offset <n>', 'only this one')
  .option('--again', 'those too that were sent back before and came again')
  .option('--apply', 'send them back')
  .action(async (options) => (await import('./redrive/main.ts')).main(options));

program.command('simulate')
  .description('run the engine in memory under seeded schedules of kills, pauses, lost answers, rebalances')
  .option('--seed <n>', 'seed of the first schedule', '1')
  .option('--schedules <n>', 'how many, each with the next seed', '10000')
  .action(async (options) => (await import('./engine/simulation/main.ts')).main(options));

program.command('fuzz').description(
  'send ingest, in this process, bodies that no honest camera sends: each must be answered with 2xx or 4xx',
)
  .option('--seed <n>', 'the same seed gives the same bodies', '1')
  .option('--bodies <n>', 'how many', '100000')
  .action(async (options) => (await import('./ingest/fuzz/main.ts')).main(options));

program.command('bench').description('throughput of the visits stage over a preloaded topic, as one JSON line')
  .option('--reads <n>', 'reads to preload and drain', '1000000')
  .option('--processes <n>', 'processes of the stage', '1')
  .option('--restore', 'instead: how long a fresh owner restores a state of so many stays')
  .option(
    '--pairing',
    'instead: how long pairing takes with 100 to 10,000 vehicles inside, and how well plates tell them apart',
  )
  .option('--in-process', 'instead: without a broker, CPU microseconds a read of the same work, to be profiled')
  .option('--latency', 'instead: from HTTP request to committed visit, at a fixed rate')
  .option('--rate <n>', 'reads per second for --latency', '1000')
  .action(async (options) => (await import('../loadtest/bench/main.ts')).main(options));

await program.parseAsync().catch((error: unknown) => {
  // These kinds are defects, told in full; any other error has a message for the person at the keyboard.
  const defect = !(error instanceof Error) || /^(Type|Range|Reference|Syntax|Assertion)Error/.test(error.name);
  console.error(defect ? error : error.message);
  process.exit(1);
});

/** A record of why says nothing without them, as when a script's variable is empty. */
function someWords(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Say it in words: they go into the record.');
  return text;
}
