import { dashboard, garageVariable } from './dashboard.ts';
import { barChart, barGauge, stat, table, timeseries } from './panels.ts';
import { rows, series } from './queries.ts';

/** What happens in the garages, from ClickHouse. No plates: those who may see them ask the database. */
export const overview = dashboard(
  {
    uid: 'bomfri-overview',
    title: 'Bomfri: Overview',
    description: 'Visits, occupancy, revenue and irregularities of the garages',
    // A demo's day, which lies up to a week back, is seen at once.
    from: 'now-7d',
  },
  [
    {
      height: 4,
      panels: [
        stat(
          { title: 'Visits closed', description: 'Visits whose exit lies in the time range.' },
          rows(`
    SELECT count() AS visits
    FROM visits_current
    WHERE status = 'closed' AND $__timeFilter(exitedAt) AND garageId IN (\${garage:singlequote})`),
        ),
        stat(
          { title: 'Inside', description: 'Vehicles that are likely inside at the end of the time range.' },
          rows(`
    SELECT round(sum(inside)) AS inside
    FROM likely_inside(at = $__toTime)
    WHERE garageId IN (\${garage:singlequote})`),
        ),
        stat(
          { title: 'Median stay', description: 'Of visits whose exit lies in the time range.', unit: 'm' },
          rows(`
    SELECT quantileExact(0.5)(minutesParked) AS minutes
    FROM visits_current
    WHERE status = 'closed' AND $__timeFilter(exitedAt) AND garageId IN (\${garage:singlequote})`),
        ),
        stat(
          {
            title: 'Revenue',
            description: 'By visit day, VAT included, of charges that are pending or charged; per currency.',
          },
          rows(`
    SELECT currency, sum(grossMinor) / 100 AS revenue
    FROM charge_lines_current
    WHERE status IN ('pending', 'charged') AND $__dateFilter(visitDay) AND garageId IN (\${garage:singlequote})
    GROUP BY currency
    ORDER BY currency`),
        ),
        stat(
          { title: 'Open irregularities', description: 'Sequences in the time range that nobody has settled yet.' },
          rows(`
    SELECT count() AS irregularities
    FROM irregularities_current
    WHERE status = 'open' AND $__timeFilter(at) AND garageId IN (\${garage:singlequote})`),
        ),
      ],
    },
    {
      height: 8,
      panels: [
        timeseries(
          {
            title: 'Inside over time',
            description: 'Vehicles that are likely inside: as it was told, and who came and left since.',
          },
          [
            series(`
    SELECT time, round(sum(change) OVER (ORDER BY time)) AS inside
    FROM
    (
        SELECT $__timeInterval(at) AS time, sum(inside - before) AS change
        FROM
        (
            SELECT at, inside, lagInFrame(inside, 1, 0.) OVER (PARTITION BY garageId ORDER BY at, isTold) AS before
            FROM
            (
                SELECT
                    garageId, at, isTold,
                    seen + ifNull(last_value(beyond) IGNORE NULLS OVER (PARTITION BY garageId ORDER BY at, isTold), 0) AS inside
                FROM
                (
                    SELECT garageId, at, isTold, seen, if(isTold, told - seen, NULL) AS beyond
                    FROM
                    (
                        SELECT garageId, at, isTold, told, sum(change) OVER (PARTITION BY garageId ORDER BY at, isTold) AS seen
                        FROM
                        (
                            SELECT garageId, toDateTime64($__fromTime, 3) AS at, true AS isTold, inside AS told, 0 AS change
                            FROM likely_inside(at = $__fromTime)
                            UNION ALL
                            SELECT garageId, at, true, inside, 0
                            FROM occupancy FINAL
                            WHERE at > $__fromTime AND at <= $__toTime
                            UNION ALL
                            SELECT garageId, assumeNotNull(enteredAt), false, 0, 1
                            FROM visits_current
                            WHERE status IN ('open', 'closed') AND enteredAt > $__fromTime AND enteredAt <= $__toTime
                            UNION ALL
                            SELECT garageId, assumeNotNull(exitedAt), false, 0, -1
                            FROM visits_current
                            WHERE status = 'closed' AND enteredAt IS NOT NULL AND exitedAt > $__fromTime AND exitedAt <= $__toTime
                        )
                        WHERE garageId IN (\${garage:singlequote})
                    )
                )
            )
        )
        GROUP BY time
    )
    ORDER BY time`),
          ],
        ),
        timeseries(
          { title: 'Entries and exits', description: 'Passages that a visit has; missed ones are not guessed.' },
          [
            series(`
    SELECT $__timeInterval(at) AS time, sum(entry) AS entries, sum(exit) AS exits
    FROM
    (
        SELECT assumeNotNull(enteredAt) AS at, 1 AS entry, 0 AS exit
        FROM visits_current
        WHERE $__timeFilter(enteredAt) AND garageId IN (\${garage:singlequote})
        UNION ALL
        SELECT assumeNotNull(exitedAt) AS at, 0 AS entry, 1 AS exit
        FROM visits_current
        WHERE $__timeFilter(exitedAt) AND garageId IN (\${garage:singlequote})
    )
    GROUP BY time
    ORDER BY time`),
          ],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        barChart(
          { title: 'How long they stay', description: 'Closed visits by minutes parked, exit in the time range.' },
          rows(`
    WITH
        [0, 15, 30, 60, 120, 240, 480, 1440] AS edges,
        [
            'under 15 min', '15 to 30 min', '30 to 60 min', '1 to 2 h', '2 to 4 h', '4 to 8 h', '8 to 24 h',
            'a day or more'
        ] AS names
    SELECT names[arrayCount(edge -> assumeNotNull(minutesParked) >= edge, edges)] AS stay, count() AS visits
    FROM visits_current
    WHERE status = 'closed' AND minutesParked IS NOT NULL AND $__timeFilter(exitedAt)
        AND garageId IN (\${garage:singlequote})
    GROUP BY stay
    ORDER BY min(minutesParked)`),
        ),
        timeseries(
          {
            title: 'Revenue per day',
            description: 'By visit day, VAT included, of charges that are pending or charged; per currency.',
          },
          [
            series(`
    SELECT toDateTime(visitDay) AS time, currency, sum(grossMinor) / 100 AS revenue
    FROM charge_lines_current
    WHERE status IN ('pending', 'charged') AND $__dateFilter(visitDay) AND garageId IN (\${garage:singlequote})
    GROUP BY time, currency
    ORDER BY time, currency`),
          ],
        ),
        barGauge(
          { title: 'What became of visits', description: 'Closed visits by disposition, exit in the time range.' },
          rows(`
    WITH coalesce(exitedAt, firstSeenAt) AS at
    SELECT disposition, count() AS visits
    FROM dispositions_current
    WHERE $__timeFilter(at) AND garageId IN (\${garage:singlequote})
    GROUP BY disposition
    ORDER BY visits DESC, disposition`),
        ),
        barGauge(
          { title: 'Irregularities by type', description: 'In the time range, settled or not.' },
          rows(`
    SELECT type, count() AS irregularities
    FROM irregularities_current
    WHERE $__timeFilter(at) AND garageId IN (\${garage:singlequote})
    GROUP BY type
    ORDER BY irregularities DESC, type`),
        ),
      ],
    },
    {
      height: 10,
      panels: [
        table(
          {
            title: 'Garages',
            description:
              'Visits whose exit lies in the time range; likely inside at its end; minutes of the median stay of those '
              + 'visits; in review and unclosed whenever they were.',
          },
          rows(`
    SELECT
        garageId AS garage,
        countIf(status = 'closed' AND $__timeFilter(exitedAt)) AS closed,
        round(any(likely.inside)) AS inside,
        round(quantileExactIf(0.5)(minutesParked, status = 'closed' AND $__timeFilter(exitedAt))) AS minutes,
        countIf(status = 'review') AS review,
        countIf(status = 'unclosed') AS unclosed
    FROM visits_current
    LEFT JOIN likely_inside(at = $__toTime) AS likely USING (garageId)
    WHERE garageId IN (\${garage:singlequote})
    GROUP BY garage
    ORDER BY closed DESC, garage`),
        ),
        table(
          { title: 'Newest irregularities', description: 'The last hundred in the time range.' },
          rows(`
    SELECT at AS time, garageId AS garage, type, severity, status, action
    FROM irregularities_current
    WHERE $__timeFilter(at) AND garageId IN (\${garage:singlequote})
    ORDER BY time DESC
    LIMIT 100`),
        ),
      ],
    },
  ],
  [garageVariable],
);
