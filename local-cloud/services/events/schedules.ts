/** Rules with a `rate(…)`: an event of their own at that interval, counted from when the rule was put or the process started. */
import { AwsError } from '../../protocol/aws-error.ts';
import type { EventStore, StoredRule } from './store.ts';

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The interval of a schedule expression, in milliseconds. */
export function scheduleInterval(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs && Number(count) > 0) return Number(count) * unitMs;
  if (/^cron\(.*\)$/.test(expression)) {
    throw new AwsError('NotImplemented', `events: the schedule ${expression} is not emulated, only rate(…) is`, 501);
  }
  throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
}

export interface Schedules {
  /** Starts, restarts or ends the timer of a rule, as its state says. */
  follow(rule: StoredRule): void;
  forget(rule: StoredRule): void;
  stop(): void;
}

export function createSchedules(store: EventStore, fire: (rule: StoredRule) => void): Schedules {
  const timers = new Map<string, NodeJS.Timeout>();
  const forget = ({ arn }: StoredRule) => {
    clearInterval(timers.get(arn));
    timers.delete(arn);
  };
  return {
    forget,
    follow: (rule) => {
      forget(rule);
      if (!rule.schedule || !rule.enabled) return;
      const tick = () => {
        const current = store.findRule(rule.bus, rule.name);
        if (current?.enabled) fire(current);
      };
      timers.set(rule.arn, setInterval(tick, scheduleInterval(rule.schedule)));
    },
    stop: () => {
      for (const timer of timers.values()) clearInterval(timer);
      timers.clear();
    },
  };
}
