import { getMetadataArgsStorage } from 'typeorm'

/**
 * The columns that an entity knows. A prepared statement names them: one that says `*` fails on every connection from
 * the moment when a migration adds another.
 */
export const columnsOf = (entity: new () => object, table: string): string =>
  getMetadataArgsStorage()
    .filterColumns(entity)
    .map(({ propertyName }) => `${table}.${propertyName}`)
    .join(', ')

/** What a user is called, of a table of users: what every dialect shows. null: by their id. */
export const calledOf = (table: string): string =>
  `coalesce(${table}.display_name, ${table}.username, ${table}.external_id) AS called`
