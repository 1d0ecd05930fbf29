/** What is kept about a table beside dynalite's own description. */
import type { Environment } from '../../service.ts';
import type { Json } from './dynalite.ts';
import type { Engine } from './engine.ts';

export interface Settings {
  /** Name of the attribute with the expiry, in seconds since the epoch. */
  timeToLive?: string;
  pointInTimeRecovery?: boolean;
  deletionProtection?: boolean;
}

export interface TableSettings {
  of(table: string): Settings;
  change(table: string, settings: Settings): void;
  forget(table: string): void;
}

export function openSettings(environment: Environment): TableSettings {
  const saved = environment.records.collection<Settings>('settings');
  const settingsOf = (table: string) => saved.get(table) ?? {};
  return {
    of: settingsOf,
    change: (table, settings) => saved.put(table, { ...settingsOf(table), ...settings }),
    forget: (table) => saved.delete(table),
  };
}

/** Point-in-time recovery is only read back. */
export function backupOperations(engine: Engine, settings: TableSettings) {
  const describe = (table: string): Json => ({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: settings.of(table).pointInTimeRecovery ? 'ENABLED' : 'DISABLED',
      },
    },
  });
  return {
    UpdateContinuousBackups: async (input: Json) => {
      const { TableName } = await engine.table(String(input.TableName));
      const { PointInTimeRecoveryEnabled } = (input.PointInTimeRecoverySpecification ?? {}) as Json;
      settings.change(TableName, { pointInTimeRecovery: PointInTimeRecoveryEnabled === true });
      return describe(TableName);
    },
    DescribeContinuousBackups: async (input: Json) => describe((await engine.table(String(input.TableName))).TableName),
  };
}
