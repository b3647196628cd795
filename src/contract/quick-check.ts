import { getMetadataStorage, ValidationTypes, type ValidationArguments } from 'class-validator'

interface Field {
  name: string
  /** Whether it is looked at at all. */
  conditions: ((object: object, value: unknown) => boolean)[]
  checks: ((value: unknown) => boolean)[]
}

interface Fields {
  names: Set<string>
  all: Field[]
}

const known = new Map<unknown, Fields>()

/**
 * Would class-validator find nothing wrong? Its own checks, gathered once a class: finding out what it has to say about a
 * class takes it longer each time than checking does, and makes more garbage than all the rest of a send. Of what is
 * wrong class-validator itself tells.
 */
export function isValid(object: object): boolean {
  const { names, all } = fieldsOf(object)
  for (const name in object) if (!names.has(name)) return false
  for (const field of all) if (!passes(field, object)) return false
  return true
}

function passes({ name, conditions, checks }: Field, object: object): boolean {
  const value = (object as Record<string, unknown>)[name]
  for (const applies of conditions) if (!applies(object, value)) return true
  for (const check of checks) if (!check(value)) return false
  return true
}

function fieldsOf({ constructor }: object): Fields {
  const fields = known.get(constructor)
  if (fields) return fields
  const found = gather(constructor)
  known.set(constructor, found)
  return found
}

function gather(constructor: Function): Fields {
  const storage = getMetadataStorage()
  const fields = new Map<string, Field>()
  for (const { propertyName: name, type, constraintCls, constraints, each } of storage.getTargetValidationMetadatas(
    constructor,
    '',
    false,
    false,
  )) {
    const field = fields.get(name) ?? { name, conditions: [], checks: [] }
    fields.set(name, field)
    if (type === ValidationTypes.CONDITIONAL_VALIDATION) field.conditions.push(constraints[0] as Field['conditions'][0])
    if (type === ValidationTypes.CUSTOM_VALIDATION) field.checks.push(...checksOf(constraintCls, constraints, each))
  }
  return { names: new Set(fields.keys()), all: [...fields.values()] }
}

function checksOf(constraintClass: Function, constraints: unknown[], each: boolean): Field['checks'] {
  // Of what a check is told beside the value, it decides by its limits alone; the rest is for its message.
  const about = { constraints } as ValidationArguments
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintClass)
    .map(
      ({ instance }) =>
        (value: unknown) =>
          instance.validate(value, about) as boolean,
    )
    .map((check) => (each ? (value: unknown) => Array.isArray(value) && value.every(check) : check))
}
