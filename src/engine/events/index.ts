/**
 * Custom events: what a project's customers did, in the project's own words.
 * Start at save-custom-events.ts; event.routes.ts takes them in.
 */
export { isReservedName } from './custom-event.ts'
export { toCustomEventView } from './custom-event-view.ts'
export { answerEvent, eventRoutes } from './event.routes.ts'
export { EVENT_BODY } from './event.schema.ts'
export {
  type CustomEventWish,
  type SavedCustomEvent,
  saveCustomEvents,
} from './save-custom-events.ts'
