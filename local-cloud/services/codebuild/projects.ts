/** Build projects: the defaults that StartBuild overrides. */
import type { CreateProjectInput, UpdateProjectInput } from '@aws-sdk/client-codebuild';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import { page } from './page.ts';
import type { BuildRecords, ProjectRecord } from './records.ts';
import { checkTimeout } from './start-build.ts';

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html */
const NAME = /^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/;
const DEFAULT_TIMEOUT_MINUTES = 60;
const DEFAULT_QUEUED_MINUTES = 480;

/** Parts of a project that would change its builds, and are not emulated. */
const REFUSED = ['secondaryArtifacts', 'vpcConfig', 'buildBatchConfig', 'fileSystemLocations'] as const;

export interface Projects {
  operations: Operations;
  /** By name or ARN. Throws ResourceNotFoundException. */
  find(name: string): ProjectRecord;
}

export function createProjects(environment: Environment, records: BuildRecords): Projects {
  const { projects } = records;
  const arnOf = (name: string) => `arn:aws:codebuild:${environment.region}:${environment.accountId}:project/${name}`;
  const nameOf = (name: string) => name.replace(/^arn:.*:project\//, '');

  const find = (name: string): ProjectRecord => {
    const project = projects.get(nameOf(name));
    if (!project) throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${arnOf(nameOf(name))}`);
    return project;
  };

  const operations: Operations = {
    CreateProject: async (input: CreateProjectInput) => {
      const { name = '' } = input;
      if (!NAME.test(name)) throw new AwsError('InvalidInputException', `Project name is not valid: ${name}`);
      if (projects.get(name))
        throw new AwsError('ResourceAlreadyExistsException', `Project already exists: ${arnOf(name)}`);
      const created = environment.now();
      const project = {
        ...input,
        arn: arnOf(name),
        created,
        lastModified: created,
        timeoutInMinutes: input.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES,
        queuedTimeoutInMinutes: input.queuedTimeoutInMinutes ?? DEFAULT_QUEUED_MINUTES,
        lastBuildNumber: 0,
      } as ProjectRecord;
      return { project: describeProject(store(project)) };
    },
    UpdateProject: async (input: UpdateProjectInput) => {
      const changes = Object.entries(input).filter(([, value]) => value !== undefined);
      const project = { ...find(input.name ?? ''), ...Object.fromEntries(changes) } as ProjectRecord;
      return { project: describeProject(store({ ...project, lastModified: environment.now() })) };
    },
    DeleteProject: async ({ name }: { name: string }) => {
      projects.delete(nameOf(name));
      return {};
    },
    BatchGetProjects: async ({ names }: { names: string[] }) => {
      const found = names.map((name) => ({ name, project: projects.get(nameOf(name)) }));
      return {
        projects: found.flatMap(({ project }) => (project ? [describeProject(project)] : [])),
        projectsNotFound: found.flatMap(({ name, project }) => (project ? [] : [name])),
      };
    },
    ListProjects: async (input: { sortOrder?: 'ASCENDING' | 'DESCENDING'; nextToken?: string }) => {
      const names = projects.entries().map(([name]) => name);
      if (input.sortOrder === 'DESCENDING') names.reverse();
      const { items, nextToken } = page(names, input.nextToken);
      return { projects: items, nextToken };
    },
  };

  const store = (project: ProjectRecord): ProjectRecord => {
    for (const name of REFUSED) {
      const value = project[name];
      const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
      if (!isEmpty) throw new AwsError('InvalidInputException', `${name} is not emulated by the local cloud`);
    }
    checkTimeout(project.timeoutInMinutes);
    projects.put(project.name, project);
    return project;
  };
  return { operations, find };
}

function describeProject(project: ProjectRecord): object {
  const { lastBuildNumber: _lastBuildNumber, created, lastModified, ...rest } = project;
  return { ...rest, created: new Date(created), lastModified: new Date(lastModified) };
}
