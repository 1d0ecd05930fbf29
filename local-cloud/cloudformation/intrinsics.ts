/**
 * The intrinsic functions, resolved against what is known already. Pure.
 *
 * Gaps: ImportValue, GetAZs, Cidr, Transform and the functions of AWS::LanguageExtensions, dynamic references
 * (`{{resolve:…}}`): each is an error that names it.
 */
import { templateInvalid } from './template.ts';

export interface Scope {
  /** A parameter's value, a pseudo parameter, or a resource's physical id. NO_VALUE removes the property. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, key: string, name: string): unknown;
}

export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope, where: string) => unknown;

export function resolve(value: unknown, scope: Scope, where: string): unknown {
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    throw unsupported(`The dynamic reference ${value}`, where);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((each) => resolve(each, scope, where)).filter((each) => each !== NO_VALUE);
  }
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [''];
  if (entries.length === 1 && isIntrinsic(name)) {
    const intrinsic = INTRINSICS[name];
    if (!intrinsic) throw unsupported(name, where);
    return intrinsic(argument, scope, where);
  }
  const resolved = entries.map(([key, each]) => [key, resolve(each, scope, `${where}.${key}`)] as const);
  return Object.fromEntries(resolved.filter(([, each]) => each !== NO_VALUE));
}

function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::');
}

/** `[logicalId, attribute]` of a GetAtt's argument, which is a list or `Id.Attribute`. */
export function getAttParts(argument: unknown): [string, string] {
  const text = Array.isArray(argument) ? argument.join('.') : String(argument);
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}

/** The variables of a Sub's text: `Name` or `Name.Attribute`. `${!Literal}` is none. */
export const SUB_VARIABLE = /\$\{(!?)([^}]+)\}/g;

const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (argument, scope) => scope.ref(String(argument)),
  Condition: (argument, scope) => scope.condition(String(argument)),
  'Fn::GetAtt': (argument, scope, where) => {
    const [logicalId, name] = getAttParts(resolve(argument, scope, where));
    return scope.attribute(logicalId, name);
  },
  'Fn::Sub': sub,
  'Fn::Join': (argument, scope, where) => {
    const [separator, list] = resolved(argument, scope, where);
    return asList(list, 'Fn::Join', where).map(String).join(String(separator));
  },
  'Fn::Split': (argument, scope, where) => {
    const [separator, text] = resolved(argument, scope, where);
    return String(text).split(String(separator));
  },
  'Fn::Select': (argument, scope, where) => {
    const [index, list] = resolved(argument, scope, where);
    const chosen = asList(list, 'Fn::Select', where)[Number(index)];
    if (chosen === undefined) throw invalid(`Fn::Select has no element ${index}`, where);
    return chosen;
  },
  'Fn::FindInMap': (argument, scope, where) => {
    const [map, key, name] = resolved(argument, scope, where).map(String);
    return scope.mapping(map ?? '', key ?? '', name ?? '');
  },
  'Fn::Base64': (argument, scope, where) => Buffer.from(String(resolve(argument, scope, where))).toString('base64'),
  'Fn::If': (argument, scope, where) => {
    const [name, yes, no] = asList(argument, 'Fn::If', where);
    return resolve(scope.condition(String(name)) ? yes : no, scope, where);
  },
  'Fn::Equals': (argument, scope, where) => {
    const [a, b] = resolved(argument, scope, where);
    return String(a) === String(b);
  },
  'Fn::Not': (argument, scope, where) => !resolved(argument, scope, where)[0],
  'Fn::And': (argument, scope, where) => resolved(argument, scope, where).every(Boolean),
  'Fn::Or': (argument, scope, where) => resolved(argument, scope, where).some(Boolean),
};

function sub(argument: unknown, scope: Scope, where: string): string {
  const [template, values] = Array.isArray(argument) ? argument : [argument, {}];
  const own = values as Record<string, unknown>;
  return String(template).replace(SUB_VARIABLE, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const variable = name.trim();
    if (Object.hasOwn(own, variable)) return String(resolve(own[variable], scope, where));
    const value = variable.includes('.') ? scope.attribute(...getAttParts(variable)) : scope.ref(variable);
    return String(value);
  });
}

function resolved(argument: unknown, scope: Scope, where: string): unknown[] {
  return asList(resolve(argument, scope, where), 'An intrinsic function', where);
}

function asList(value: unknown, name: string, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(`${name} needs a list, not ${JSON.stringify(value)}`, where);
}

function unsupported(what: string, where: string) {
  return invalid(`${what} is not emulated by the local cloud`, where);
}

function invalid(message: string, where: string) {
  return templateInvalid(`${where}: ${message}.`, 'Change the template there.');
}
