import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isTemporary } from './server.ts'

const failureOf = (path: string): Promise<Error> =>
  new Promise((resolve) => connect(path).once('error', resolve))

describe('isTemporary', () => {
  it.each(['ECONNREFUSED', 'EPIPE', 'EAI_AGAIN', '57P01', '57P03', '08006', '53300', '55P03'])(
    'is true of %s',
    (code) => {
      expect(isTemporary(Object.assign(new Error('lost'), { code }))).toBe(true)
    },
  )

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ])('is true of a connection that broke: %s', (message) => {
    expect(isTemporary(new Error(message))).toBe(true)
  })

  it('is true of a socket that is not there, as while a database is restarted', async () => {
    expect(isTemporary(await failureOf('/nowhere/.s.PGSQL.5432'))).toBe(true)
  })

  it.each(['ENOENT', '23505', '42P01'])('is false of %s', (code) => {
    expect(isTemporary(Object.assign(new Error('odd'), { code }))).toBe(false)
  })

  it('is false of what is no error', () => {
    expect(isTemporary('lost')).toBe(false)
  })
})
