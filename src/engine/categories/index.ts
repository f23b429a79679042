/** Categories: what campaigns and vouchers are sorted into, and in which order they are applied. */
export { findCategories } from './category.repo.ts'
export { CATEGORY_BODY, categoryRoutes } from './category.routes.ts'
export { type Category, toCategoryView } from './category.ts'
export { requireCategory } from './require-category.ts'
