import { Command } from 'commander';

/** `bomfri <command>`: every command on one page; what one does is in the module it imports. */
const program = new Command('bomfri').description(
  'Camera reads in, closed visits and fair charges out. Configuration: see the table in README.md.',
);

program.command('settings').description('print every environment variable, its default and meaning as a Markdown table')
  .action(async () => console.log((await import('./service/settings-table.ts')).settingsTable()));

await program.parseAsync();
