/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html: builds are of their project. */
import { type At, need, passRole, type Rows, rowsOf } from '../need.ts';

const arnOf = (name: string, at: At) =>
  name.startsWith('arn:') ? name : `arn:aws:codebuild:${at.region}:${at.accountId}:project/${name}`;
/** `project:uuid`, or `arn:…:build/project:uuid`. */
const projectOfBuild = (id: string) => id.replace(/^arn:.*:build\//, '').split(':')[0] ?? '';

const project = (input: { name?: string; projectName?: string }, at: At) =>
  arnOf(input.projectName ?? input.name ?? '', at);
const build = ({ id = '' }: { id?: string }, at: At) => arnOf(projectOfBuild(id), at);

const toCodeBuild = passRole(
  'codebuild.amazonaws.com',
  (input: { serviceRole?: string; serviceRoleOverride?: string }) => input.serviceRoleOverride ?? input.serviceRole,
);

export const codebuild: Rows = {
  CreateProject: [need('codebuild:CreateProject', project), toCodeBuild],
  UpdateProject: [need('codebuild:UpdateProject', project), toCodeBuild],
  DeleteProject: [need('codebuild:DeleteProject', project)],
  BatchGetProjects: [
    need('codebuild:BatchGetProjects', ({ names = [] }: { names?: string[] }, at) =>
      names.map((name) => arnOf(name, at)),
    ),
  ],
  StartBuild: [need('codebuild:StartBuild', project), toCodeBuild],
  RetryBuild: [need('codebuild:RetryBuild', build)],
  StopBuild: [need('codebuild:StopBuild', build)],
  BatchGetBuilds: [
    need('codebuild:BatchGetBuilds', ({ ids = [] }: { ids?: string[] }, at) => [
      ...new Set(ids.map((id) => arnOf(projectOfBuild(id), at))),
    ]),
  ],
  ListBuildsForProject: [need('codebuild:ListBuildsForProject', project)],
  ...rowsOf(['ListBuilds', 'ListProjects'], (name) => [need(`codebuild:${name}`)]),
};
