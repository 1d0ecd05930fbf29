/** Every check: what it is called, how bad it is and what to do. docs/reference/checks.md is written from this table. */

/** `error`: nothing is built. `warning`: it is deployed, and something may not be as wished. `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

export interface Check {
  severity: Severity;
  /** What is looked for, as a title. */
  title: string;
  why: string;
  /** One sentence that says what to do. */
  remedy: string;
}

const error = (title: string, why: string, remedy: string): Check => ({ severity: 'error', title, why, remedy });
const warning = (title: string, why: string, remedy: string): Check => ({ severity: 'warning', title, why, remedy });
const info = (title: string, why: string, remedy: string): Check => ({ severity: 'info', title, why, remedy });

/** In the order in which findings are told, within a severity. Codes are stable. */
export const CHECKS = {
  PACKAGE_JSON_MISSING: error(
    'No package.json',
    'A Next.js app is a folder with a package.json that depends on "next".',
    'Commit a package.json with "next" in its dependencies.',
  ),
  PACKAGE_JSON_INVALID: error(
    'Broken package.json',
    'No package manager can install from a package.json that is no valid JSON; the message has line and column.',
    'Correct the file so that it is valid JSON, and push again.',
  ),
  NOT_A_NEXT_APP: error(
    'No dependency on Next.js',
    'Without "next" among dependencies or devDependencies there is nothing to build and serve.',
    'Add "next" to the dependencies, or set the app root to the folder of the Next.js app.',
  ),
  NEXT_VERSION_UNKNOWN: error(
    'Next.js version unknown',
    'A tag such as "canary" says nothing about the version, and no lockfile does. "latest" is taken as the newest major.',
    'Commit a lockfile, or write a version such as "^16.0.0" for "next" in package.json.',
  ),
  NEXT_VERSION_UNSUPPORTED: error(
    'Next.js version unsupported',
    'What a build writes differs with each major; Towpath reads those of 9 to 16.',
    'Use a Next.js version from 9 to 16.',
  ),
  NEXT_VERSION_NOT_SERVED: error(
    'No server rendering for this Next.js version',
    'Next.js before 9.3 has another server, and 13.4.0 to 13.4.12 render in further processes of their own. Their static exports are deployed.',
    'Upgrade to Next.js 9.3 or later, from 13.4.0 on to 13.4.13 or later (`towpath settings APP --next 13.4.19` does so without a commit); or export the site as static files.',
  ),
  BUILD_SCRIPT_MISSING: error(
    'No build script',
    "The build runs the package manager's `run build`, or a workspace's Turborepo or Nx, unless amplify.yml has build commands of its own.",
    'Add "build": "next build" to the scripts of package.json.',
  ),
  AMPLIFY_YML_INVALID: error(
    'Broken amplify.yml',
    'The file is no YAML, has a value of the wrong type, is larger than 1 MB, or unfolds to far more than is written in it.',
    'Correct amplify.yml at the line named, or delete it to build with the defaults.',
  ),
  VARIABLE_NAME_REFUSED: error(
    'Variable with a name that AWS or the build needs',
    "amplify.yml sets a variable such as PATH or AWS_SECRET_ACCESS_KEY, which the build's shell, its role or CodeBuild itself depends on.",
    'Give the variable another name.',
  ),
  REDIRECTS_INVALID: error(
    'Broken redirects.json',
    "The file is no JSON list of rewrites and redirects in Amplify's grammar, redirects in a circle, or has a regular expression that can run for ever.",
    'Correct the rule named; docs/reference/rewrites.md has the grammar.',
  ),
  CUSTOM_HTTP_INVALID: error(
    'Broken customHttp.yml',
    'The file is no YAML of custom headers, or has a header that cannot be sent.',
    'Correct the line named; docs/reference/headers.md has the form.',
  ),
  WORKSPACE_DEPENDENCY_MISSING: error(
    'Missing workspace dependency',
    'The app depends on a package by `workspace:`, `file:` or `link:` that is not in the repository: installing fails.',
    'Commit the package, or deploy the repository that holds it.',
  ),
  SECOND_LOCKFILE: error(
    'Lockfiles of two package managers',
    'Only one of them is what was tried, and the other has grown old: what is built would be a guess. Not asked where package.json names the package manager, or amplify.yml has install commands.',
    'Delete the lockfile that is not used, or name the package manager in "packageManager" of package.json.',
  ),
  LOCKFILE_OF_ANOTHER_MANAGER: error(
    'Lockfile of another package manager',
    '"packageManager" in package.json names one package manager and every lockfile is of others: its versions would be a guess.',
    'Commit the lockfile of the package manager that package.json names, or correct "packageManager".',
  ),
  LOCKFILE_OUTDATED: error(
    'Lockfile without what package.json asks for',
    'A build installs what the lockfile says and nothing else, so that the package manager refuses to install. Not asked where amplify.yml has install commands.',
    'Install once on your machine and commit the lockfile that this writes.',
  ),
  SECRET_COMMITTED: warning(
    'Secrets in a committed .env file or amplify.yml',
    'Whoever can read the repository can read them, in its history too, and the build bakes NEXT_PUBLIC_ ones into client files.',
    "Take the value out of Git (a .env file by git rm --cached), change the secret, and set it among the app's variables.",
  ),
  NEXT_VERSION_VULNERABLE: warning(
    'Next.js version with a critical advisory',
    'The locked version has a published vulnerability that lets strangers in.',
    'Upgrade Next.js to the version named, and commit the lockfile.',
  ),
  REACT_VERSION_VULNERABLE: warning(
    'React Server Components with a critical advisory',
    'The lockfile has a react-server-dom package by which strangers can run code on the server. Next.js brings its own; this one came beside it.',
    'Upgrade the package to the version named, and commit the lockfile.',
  ),
  LOCKFILE_MISSING: warning(
    'No lockfile',
    'Without one, each build may install other versions.',
    'Install once on your machine and commit the lockfile that writes.',
  ),
  NODE_VERSION_UNSUITABLE: warning(
    'Node.js version unsuitable',
    'The version that .nvmrc, .node-version or "engines" asks for cannot build this Next.js, or is not offered.',
    'Ask for a Node.js version that suits the Next.js version, or upgrade Next.js.',
  ),
  NEXT_BUILD_NOT_SEEN: warning(
    'No `next build` in the build commands',
    'SSR or static is read from the build commands; without "next build" the app is taken as server-rendered.',
    'Nothing to do, if the commands run it by other means.',
  ),
  AMPLIFY_KEY_UNKNOWN: warning(
    'Unknown key in amplify.yml',
    'A key that Amplify does not know has no effect: most are typing errors.',
    'Correct or remove the key.',
  ),
  AMPLIFY_YML_TABS: warning(
    'Tabs in amplify.yml',
    'YAML does not allow tabs as indentation. They are read as two spaces each; other readers refuse the file.',
    'Replace the tabs by spaces.',
  ),
  AMPLIFY_SECTION_IGNORED: warning(
    'Unused section in amplify.yml',
    'Amplify backends are not followed, nor is what stands beside "applications" for all of them.',
    'Nothing to do, if the site does not need it.',
  ),
  AMPLIFY_APP_NOT_LISTED: warning(
    "amplify.yml without this app's folder",
    'The amplify.yml of a monorepo lists its apps by their folders; an app that is not among them is built by the defaults.',
    'Add an entry with this appRoot to "applications", or deploy the folder that is listed.',
  ),
  IMAGE_HOST_NOT_ALLOWED: warning(
    'Image host without a pattern',
    'next/image refuses (400) to load from a host that neither images.domains nor images.remotePatterns names.',
    'Add the host to images.remotePatterns (before Next.js 12.3: images.domains) in next.config.',
  ),
  EDGE_EVENT_STREAM: warning(
    'Server-sent events',
    'Lambda@Edge sends a response once it is whole: a stream of events arrives in one piece when it ends, or not at all after 30 seconds.',
    'Let the browser poll, or serve the stream from somewhere else and rewrite its path to there.',
  ),
  EDGE_WEB_SOCKET: warning(
    'A WebSocket server',
    'Functions live for one request: nothing at the edge can hold a connection open.',
    'Run the socket server elsewhere, with an address of its own.',
  ),
  EDGE_BODY_LIMIT: warning(
    'Request bodies over 1 MB',
    'CloudFront shows Lambda@Edge the first megabyte of a request body: what is larger arrives cut off, whatever limit the app sets.',
    'Let the browser upload to a bucket by a presigned URL, and send the app its key.',
  ),
  CUSTOM_SERVER: warning(
    "A server of the app's own",
    'A file that calls next() starts Next.js within a server of its own, and the start script runs it. Nothing runs it here: the pages and routes of Next.js work, what that server adds does not.',
    'Move its routes into API routes or route handlers, its redirects, rewrites and headers into next.config, what it does before pages into middleware.',
  ),
  LOCALHOST_ASKED: warning(
    'A server at localhost',
    'Nothing listens there, in the build as in the functions: such a page fails in both, however well it works on a laptop.',
    "Call the API route's own code instead, or ask for it below TOWPATH_SITE_URL; for another server, take its address from a variable (`towpath env set`).",
  ),
  CLOUDFRONT_QUOTA: warning(
    'CloudFront quota nearly used up',
    "A site is a distribution of its own, and 100 sites of a stage share policies, viewer functions and an origin access control. Told for a site's first deployment, from 90 % of a quota on; when CloudFront refuses, PrepareSite fails with this code before anything is built.",
    'Remove sites that nobody needs, or ask for a higher quota in Service Quotas; where it is what sites share, raise `site-pools` in serverless.yml (up to 6) and deploy Towpath anew.',
  ),
  MIDDLEWARE_IGNORED: warning(
    'Middleware that Next.js does not run',
    'A middleware or proxy file in the wrong folder, or of the wrong name for the version, is passed over in silence, with the logins that it checks.',
    'Move or rename the file as the message says, or delete it.',
  ),
  MIDDLEWARE_ON_STATIC_FILES: warning(
    'Middleware without a matcher',
    'It runs before every file of public/ too, so that none of them is answered without starting Next.js.',
    'Export a config with a matcher that leaves static files out, as /((?!_next/static|_next/image|.*\\\\..*).*) does.',
  ),
  PUBLIC_FILES_COLLIDE: warning(
    'Public files that differ in case alone',
    'Both are served in AWS, but macOS and Windows keep only one of them: what you see is not what is deployed.',
    'Rename one of the files.',
  ),
  LFS_POINTER: warning(
    'Git LFS pointers',
    "A Git host's archive may hold the pointer, a few lines of text, in the place of the file: visitors would get that.",
    'Keep the files that the site serves in Git itself, or have the Git host include LFS objects in archives.',
  ),
  SUBMODULE: warning(
    'Git submodules',
    "Submodules are not in a Git host's archive of a commit: their folders are empty in the build.",
    'Commit the files themselves, or install them as a package.',
  ),
  FILE_TOO_LARGE: warning(
    'Files over 50 MB',
    'Each build downloads it, Git hosts refuse files over 100 MB, and a function that reads it exceeds the 50 MB that Lambda takes.',
    'Put the file into a bucket or on a CDN and load it from there.',
  ),
  DIST_DIR_OVERRIDDEN: info(
    'distDir overridden',
    'Amplify needs the build in `.next`. Towpath asks next.config where it is; only the build cache is kept for `.next` alone.',
    'Nothing to do; without distDir, builds are faster by the kept cache.',
  ),
  BASE_DIRECTORY_IGNORED: info(
    'baseDirectory in amplify.yml not followed',
    "Amplify publishes baseDirectory. Towpath does so for a static site; a server's output it finds by itself, and neither Next.js's own folder nor the sources are a site.",
    'Nothing to do; for a static site that a later command makes of `out`, name the folder that it writes.',
  ),
  STANDALONE_OUTPUT: info(
    "output: 'standalone' set by hand",
    'Towpath traces the server files by itself: the standalone folder costs build time and is not used.',
    "Remove output: 'standalone', unless you also deploy elsewhere.",
  ),
  PUBLIC_STATIC: info(
    'public/static',
    'Amplify reserves this path and refuses such an app. Towpath serves it like any other public file.',
    'Nothing to do.',
  ),
} satisfies Record<string, Check>;

export type CheckCode = keyof typeof CHECKS;
export const CHECK_CODES = Object.keys(CHECKS) as CheckCode[];
