/** The keys that open the doors of the engine. */
const key = (name: string, description: string) => ({
  type: 'apiKey',
  in: 'header',
  name,
  description,
})

export const SECURITY_SCHEMES = {
  appId: key('X-App-Id', 'The id of an application key; `promoloop keys` shows it.'),
  appToken: key('X-App-Token', 'The token of the same application key.'),
  clientId: key('X-Client-Application-Id', 'The id of a client key.'),
  clientToken: key('X-Client-Token', 'The token of the same client key.'),
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `POST /v1/oauth/token`, within its scopes.',
  },
  managementId: key(
    'X-Management-Id',
    'The id of a management key, which opens every project, or the id of a project.',
  ),
  managementToken: key(
    'X-Management-Token',
    'The token of the same management key, or the admin token of the project.',
  ),
  segmentId: {
    type: 'http',
    scheme: 'basic',
    description: 'The id of an application key as the user, without a password.',
  },
  segmentSecret: key('secret-key', 'The token of the same application key, in base64.'),
}

type Requirement = { [scheme in keyof typeof SECURITY_SCHEMES]?: string[] }

const BY_APPLICATION: Requirement = { appId: [], appToken: [] }
const BY_CLIENT: Requirement = { clientId: [], clientToken: [] }
const BY_ACCESS_TOKEN: Requirement = { accessToken: [] }

/** The ways in by the beginning of a path, the longest first. */
const DOORS: readonly [prefix: string, ways: Requirement[]][] = [
  ['/client/v1/publish', [BY_CLIENT, BY_ACCESS_TOKEN, BY_APPLICATION]],
  ['/client/v1/', [BY_CLIENT, BY_ACCESS_TOKEN]],
  ['/management/v1/', [{ managementId: [], managementToken: [] }]],
  ['/segmentio/', [{ segmentId: [], segmentSecret: [] }]],
  ['/v1/oauth/', [BY_APPLICATION]],
  ['/v1/', [BY_APPLICATION, BY_ACCESS_TOKEN]],
]

/** With what a caller of `path` authenticates, one way or the other. */
export const securityOf = (path: string): Requirement[] =>
  DOORS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? []
