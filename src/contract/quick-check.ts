import { getMetadataStorage, ValidationTypes, type ValidationArguments } from 'class-validator'

interface Field {
  name: string
  /** Whether it is looked at at all. */
  conditions: ((object: object, value: unknown) => boolean)[]
  checks: ((value: unknown, about: ValidationArguments) => boolean)[]
}

const known = new Map<unknown, Map<string, Field>>()

/**
 * Would class-validator find nothing wrong? Its own checks, gathered once a class: finding out what it has to say about a
 * class takes it longer each time than checking does, and makes more garbage than all the rest of a send. Of what is
 * wrong class-validator itself tells.
 */
export function isValid(object: object): boolean {
  const fields = fieldsOf(object)
  for (const name in object) if (!fields.has(name)) return false
  for (const field of fields.values()) if (!passes(field, object)) return false
  return true
}

function passes({ name, conditions, checks }: Field, object: object): boolean {
  const value = (object as Record<string, unknown>)[name]
  if (!conditions.every((applies) => applies(object, value))) return true
  const about = { value, object, property: name, targetName: '', constraints: [] }
  return checks.every((check) => check(value, about))
}

function fieldsOf({ constructor }: object): Map<string, Field> {
  const fields = known.get(constructor)
  if (fields) return fields
  const found = gather(constructor)
  known.set(constructor, found)
  return found
}

function gather(constructor: Function): Map<string, Field> {
  const storage = getMetadataStorage()
  const fields = new Map<string, Field>()
  for (const rule of storage.getTargetValidationMetadatas(constructor, '', false, false)) {
    const { propertyName: name, constraints, each } = rule
    const field = fields.get(name) ?? { name, conditions: [], checks: [] }
    fields.set(name, field)
    if (rule.type === ValidationTypes.CONDITIONAL_VALIDATION)
      field.conditions.push(constraints[0] as Field['conditions'][number])
    if (rule.type !== ValidationTypes.CUSTOM_VALIDATION) continue
    for (const { instance } of storage.getTargetValidatorConstraints(rule.constraintCls)) {
      const check: Field['checks'][number] = (value, about) =>
        instance.validate(value, { ...about, constraints }) as boolean
      field.checks.push(
        each ? (value, about) => Array.isArray(value) && value.every((one) => check(one, about)) : check,
      )
    }
  }
  return fields
}
