/** Somebody who was invited, with the roles in projects. */
export type User = {
  id: string
  /** The e-mail address, as it was given. */
  login: string
  firstName: string | null
  lastName: string | null
  /** By the id of the project. */
  roles: Readonly<Record<string, string>>
}

export const ROLES: ReadonlySet<string> = new Set(['ADMIN', 'USER', 'VIEWER', 'MERCHANT'])

/** The user as the API shows it. */
export const toUserView = ({ id, login, firstName, lastName, roles }: User) => ({
  id,
  login,
  email: login,
  first_name: firstName,
  last_name: lastName,
  projects: roles,
  is_owner: false,
})
