import { describe, expect, it } from 'vitest'
import { isDatabaseTrouble } from './database-trouble.ts'
import { CommitUnknownError } from './db.ts'

describe('trouble of the database', () => {
  it.each(['ECONNRESET', '57P01', '08006', '53300', '55P03', '40001', '40P01'])(
    'is an error with the code %s',
    (code) => {
      expect(isDatabaseTrouble(Object.assign(new Error('lost'), { code }))).toBe(true)
    },
  )

  it.each([
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Client has encountered a connection error and is not queryable'),
    new CommitUnknownError('connection lost during commit'),
  ])('is a connection that is lost or not to be had: %s', (error) => {
    expect(isDatabaseTrouble(error)).toBe(true)
  })

  it.each(['23505', '22P02', '57014', 'P0001'])('is no error with the code %s', (code) => {
    expect(isDatabaseTrouble(Object.assign(new Error('odd'), { code }))).toBe(false)
  })

  it('is no error without a code, and nothing that is no error', () => {
    expect(isDatabaseTrouble(new Error('the card is broken'))).toBe(false)
    expect(isDatabaseTrouble('57P01')).toBe(false)
  })
})
