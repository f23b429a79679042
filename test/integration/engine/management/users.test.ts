import { describe, expect, it } from 'vitest'
import { ofProject, PROJECTS, useManagement } from '../../../support/projects.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const management = useManagement(t)
const INVITE = `${PROJECTS}/users/invite`
const usersOf = (projectId: string) => `${PROJECTS}/${projectId}/users`

let invited = 0
/** Invites somebody into projects, and tells the user that comes of it. */
async function invite(projects: Record<string, string>, body: object = {}) {
  const email = `user${++invited}@example.com`
  const invitation = { email, projects, ...body }
  expect(await management.call('POST', INVITE, invitation)).toEqual({ status: 204 })
  const [first = ''] = Object.keys(projects)
  const list = (await management.call('GET', usersOf(first))).body.data
  return list.find(({ login }: { login: string }) => login === email)
}

describe('users of the management API (engine-programs §15.1)', () => {
  it('come of invitations, which are kept and shown', async () => {
    const { keys } = await management.makeProject()
    const user = await invite(
      { [t.keys.projectId]: 'ADMIN', [keys.projectId]: 'VIEWER' },
      { first_name: 'Alex', last_name: 'Doe' },
    )
    expect(user).toEqual({
      id: expect.stringMatching(/^user_/),
      login: user.email,
      email: expect.stringMatching(/@example.com$/),
      first_name: 'Alex',
      last_name: 'Doe',
      projects: { [t.keys.projectId]: 'ADMIN', [keys.projectId]: 'VIEWER' },
      is_owner: false,
    })
    const list = (await management.call('GET', usersOf(keys.projectId))).body
    expect(list).toEqual({ object: 'list', data_ref: 'data', data: [user], total: 1 })
    const one = `${usersOf(keys.projectId)}/${user.id}`
    expect((await management.call('GET', one)).body).toEqual(user)
  })

  it.each([
    [
      { projects: { p: 'USER' } },
      400,
      'invalid_payload',
      "Payload should have required property 'email'",
    ],
    [
      { email: 'nobody', projects: { p: 'USER' } },
      400,
      'invalid_payload',
      'Property .email must match format "email"',
    ],
    [
      { email: 'a@example.com' },
      400,
      'invalid_payload',
      "Payload should have required property 'projects'",
    ],
    [
      { email: 'a@example.com', projects: {} },
      400,
      'invalid_payload',
      'Property .projects must NOT have fewer than 1 properties',
    ],
    [
      { email: 'a@example.com', projects: { p: 'KING' } },
      400,
      'used_incorrect_role',
      "The role 'KING' is incorrect",
    ],
    [
      { email: 'a@example.com', projects: { p: 'USER' } },
      404,
      'not_found',
      'Cannot find project with id p',
    ],
  ])('are not invited by %j', async (body, status, key, details) => {
    expect(await management.call('POST', INVITE, body)).toMatchObject({
      status,
      body: { key, details },
    })
  })

  it('have one login each, however many invite at once and however they spell it', async () => {
    const projects = { [t.keys.projectId]: 'USER' }
    const spellings = ['one@example.com', 'One@example.com', 'ONE@EXAMPLE.COM']
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, place) =>
        management.call('POST', INVITE, { email: spellings[place % 3], projects }),
      ),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([204, ...Array.from({ length: 11 }, () => 409)])
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      key: 'duplicate_found',
      resource_type: 'user',
    })
  })

  it('are assigned by id or by login, and get another role', async () => {
    const { keys } = await management.makeProject()
    const user = await invite({ [t.keys.projectId]: 'USER' })
    const path = usersOf(keys.projectId)
    const both = { [t.keys.projectId]: 'USER', [keys.projectId]: 'MERCHANT' }
    const login = user.login.toUpperCase()
    const assigned = await management.call('POST', path, { login, role: 'MERCHANT' })
    expect(assigned).toEqual({ status: 200, body: { ...user, projects: both } })
    await management.call('POST', path, { id: user.id, role: 'VIEWER' })
    const changed = await management.call('PUT', `${path}/${user.id}`, { role: 'ADMIN' })
    expect(changed).toMatchObject({
      status: 200,
      body: { projects: { [keys.projectId]: 'ADMIN' } },
    })
    expect((await management.call('GET', `${path}/${user.id}`)).body).toEqual(changed.body)
  })

  it('are told apart from those there are not, and from those of other projects', async () => {
    const { keys } = await management.makeProject()
    const user = await invite({ [t.keys.projectId]: 'USER' })
    const path = usersOf(keys.projectId)
    const one = `${path}/${user.id}`
    const none = `${path}/user_none`
    const role = { role: 'USER' }
    const notFound = { status: 404, body: { key: 'not_found', resource_type: 'user' } }
    const notAssigned = {
      status: 400,
      body: { key: 'user_not_assigned', details: 'User is not assigned to the project' },
    }
    expect(await management.call('GET', one)).toMatchObject(notFound)
    expect(await management.call('PUT', one, role)).toMatchObject(notAssigned)
    expect(await management.call('DELETE', one)).toMatchObject(notAssigned)
    expect(await management.call('PUT', none, role)).toMatchObject(notFound)
    expect(await management.call('DELETE', none)).toMatchObject(notFound)
    expect(await management.call('POST', path, { id: 'user_none', ...role })).toMatchObject(
      notFound,
    )
    expect(await management.call('POST', path, { ...user, ...role })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload' },
    })
    for (const [method, url] of [
      ['POST', path],
      ['PUT', `${usersOf(t.keys.projectId)}/${user.id}`],
    ] as const) {
      const body = { ...(method === 'POST' && { id: user.id }), role: 'KING' }
      expect(await management.call(method, url, body)).toMatchObject({
        status: 400,
        body: { key: 'used_incorrect_role', details: "The role 'KING' is incorrect" },
      })
    }
  })

  it('leave all their projects but one, whoever takes them out of several at once', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => management.makeProject()))
    const ids = made.map(({ keys }) => keys.projectId)
    const user = await invite(Object.fromEntries(ids.map((id) => [id, 'USER'])))
    const answers = await Promise.all(
      ids.map((id) => management.call('DELETE', `${usersOf(id)}/${user.id}`)),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([204, 204, 204, 204, 400])
    expect(answers.find(({ status }) => status === 400)?.body).toMatchObject({
      key: 'resource_protected',
      resource_id: user.id,
    })
  })

  it('are shown to the admin token of a project with that project alone, which invites into it alone', async () => {
    const { keys } = await management.makeProject()
    const user = await invite({ [t.keys.projectId]: 'ADMIN', [keys.projectId]: 'VIEWER' })
    const as = ofProject(keys)
    const list = (await management.call('GET', usersOf(keys.projectId), undefined, as)).body
    expect(list.data).toEqual([{ ...user, projects: { [keys.projectId]: 'VIEWER' } }])
    const email = 'else@example.com'
    const other = { email, projects: { [t.keys.projectId]: 'USER' } }
    expect(await management.call('POST', INVITE, other, as)).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_type: 'project' },
    })
    const own = { email, projects: { [keys.projectId]: 'USER' } }
    expect((await management.call('POST', INVITE, own, as)).status).toBe(204)
  })
})
