import { Command } from 'commander';

/** `bomfri <command>`: every command on one page; what one does is in the module it imports. */
const program = new Command('bomfri').description(
  'Camera reads in, closed visits and fair charges out. Configuration: see the table in README.md.',
);

await program.parseAsync();
