/**
 * The management API (`/api/v1`): what its routes share, and the OpenAPI document made of their schemas.
 * Start at door.ts: `openManagement` guards a scope of routes.
 */
export { type ManagementScope, openManagement, toAdmin } from './door.ts'
export {
  CREATED_CURSOR,
  CURSOR_TIME,
  type Cursor,
  filter,
  listQuery,
  type Page,
  pageOf,
  parseCursor,
  toCursorText,
  toPage,
} from './list.ts'
export { idParams, NOTHING, TIMESTAMP } from './schemas.ts'
