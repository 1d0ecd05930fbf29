import { randomInt } from 'node:crypto';
import type { CreateSecretResponse } from '@aws-sdk/client-secrets-manager';
import { createOrUpdate, type ResourceType } from '../resource-type.ts';
import type { CfnTag } from '../shapes.ts';

interface GenerateSecretString {
  PasswordLength?: number | string;
  ExcludeCharacters?: string;
  ExcludePunctuation?: boolean | string;
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
}

interface SecretProperties {
  Name?: string;
  Description?: string;
  SecretString?: string;
  GenerateSecretString?: GenerateSecretString;
  Tags?: CfnTag[];
}

export const secret: ResourceType<SecretProperties> = {
  put: async ({ properties, defaultName, previous, aws }) => {
    const { GenerateSecretString: generate, SecretString: given, Description, Tags } = properties;
    const Name = properties.Name ?? defaultName;
    const wasGenerated = JSON.stringify(previous?.properties.GenerateSecretString) === JSON.stringify(generate);
    // A generated value stays as long as what it is generated from does.
    const fresh = generate && !(previous && wasGenerated) ? generated(generate) : undefined;
    const SecretString = given ?? fresh;
    const { ARN } = await createOrUpdate(
      () => aws<CreateSecretResponse>('secretsmanager', 'CreateSecret', { Name, Description, SecretString, Tags }),
      () => aws<CreateSecretResponse>('secretsmanager', 'UpdateSecret', { SecretId: Name, Description, SecretString }),
    );
    return { id: ARN!, attributes: { Id: ARN! } };
  },
  delete: async ({ id }, aws) =>
    void (await aws('secretsmanager', 'DeleteSecret', { SecretId: id, ForceDeleteWithoutRecovery: true })),
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const DEFAULT_LENGTH = 32;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html */
function generated(options: GenerateSecretString): string {
  const excluded = options.ExcludeCharacters ?? '';
  const alphabet = [...LETTERS, ...(String(options.ExcludePunctuation) === 'true' ? '' : PUNCTUATION)].filter(
    (character) => !excluded.includes(character),
  );
  const length = Number(options.PasswordLength ?? DEFAULT_LENGTH);
  const password = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  if (!options.GenerateStringKey) return password;
  const template = JSON.parse(options.SecretStringTemplate ?? '{}') as object;
  return JSON.stringify({ ...template, [options.GenerateStringKey]: password });
}
