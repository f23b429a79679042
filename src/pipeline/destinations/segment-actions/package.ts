/**
 * What `promoloop destinations install` gets: exactly the versions that this adapter is tested with. The
 * package cannot be installed as it is published: it asks for a version of one dependency that does not exist, it
 * does not take a later version of another, and it forgets to ask for a third.
 */
export const MANIFEST = {
  name: 'promoloop-destinations',
  description: 'Installed by `promoloop destinations install`.',
  private: true,
  dependencies: {
    '@segment/action-destinations': '3.497.0',
    '@segment/actions-core': '3.170.0',
    'xml-js': '1.6.11',
  },
  overrides: { '@aws-sdk/client-kinesis': '^3.0.0', 'fast-uri': '3.0.6' },
} as const

export const PACKAGE = '@segment/action-destinations'
export const CORE = '@segment/actions-core'

/** Where definitions lie in the package, each in a folder of its own. */
export const MODULES = 'dist/destinations'

const OWN_CONNECTIONS = 'opens connections of its own'
const BYTES = 'sends bytes that are no text'

/**
 * What is left out, by folder, and why. Connections that do not go through our own `send` would pass by the
 * guard against private addresses (D-16).
 */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'acoustic-s3tc': OWN_CONNECTIONS,
  'amazon-eventbridge': OWN_CONNECTIONS,
  'aws-kinesis': OWN_CONNECTIONS,
  'aws-s3': OWN_CONNECTIONS,
  'display-video-360': BYTES,
  example: 'is an example for programmers',
  kafka: OWN_CONNECTIONS,
  'liveramp-audiences': OWN_CONNECTIONS,
  responsys: OWN_CONNECTIONS,
  s3: OWN_CONNECTIONS,
  sftp: OWN_CONNECTIONS,
  'the-trade-desk-crm': OWN_CONNECTIONS,
  'webhook-extensible': 'has settings that no form can hold',
}
