import { addDays } from '../pricing/calendar.ts';
import { isPublicHoliday } from '../pricing/tariff/public-holidays.ts';

/** The day (YYYY-MM-DD) that is so many working days after another: Monday to Friday less Norwegian public holidays. */
export function workingDayAfter(day: string, count: number): string {
  let found = day;
  for (let left = count; left > 0; ) {
    found = addDays(found, 1);
    if (isWorkingDay(found)) left -= 1;
  }
  return found;
}

function isWorkingDay(day: string): boolean {
  const weekday = new Date(day).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !isPublicHoliday(day, 'NO');
}
