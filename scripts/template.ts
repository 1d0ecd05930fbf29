/** The packaged CloudFormation template, as the pages that are written from it read it. */
export interface TemplateStatement {
  Effect?: string;
  Action: string | string[];
  Resource: unknown;
}

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown> & { Policies?: { PolicyDocument: { Statement: TemplateStatement[] } }[] };
}

export interface Template {
  Resources: Record<string, TemplateResource>;
}

/** A CloudFormation value as it reads: `!Ref X` → `X`. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name = '', given] = []] = Object.entries((value ?? {}) as Record<string, unknown>);
  if (name === 'Ref') return String(given);
  if (name === 'Fn::GetAtt') return (given as string[]).join('.');
  if (name === 'Fn::Sub') return shown(Array.isArray(given) ? given[0] : given);
  if (name === 'Fn::Join') return (given as [string, unknown[]])[1].map(shown).join((given as [string])[0]);
  return JSON.stringify(value);
}
