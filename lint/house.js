/**
 * House rule: only the catalog knows who a platform is (docs: style 12, "never ask who the platform is; ask what it
 * can do"). Outside `src/catalog`, comparing something called platform, provider or model with a string literal is an error.
 */
const NAMED = /(^|\.)(platform|platformId|provider|providerId|model|modelId)(\.id)?$/i

const isText = (node) => node.type === 'Literal' && typeof node.value === 'string' && node.value !== ''

/** `target.provider.id` for a chain of plain members; '' for anything else. */
function chain(node) {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier') {
    const left = chain(node.object)
    return left === '' ? node.property.name : `${left}.${node.property.name}`
  }
  return ''
}

const SNIFFS = new Set(['startsWith', 'endsWith', 'includes', 'match', 'test'])

const noIdentity = {
  create(context) {
    const report = (node, name) =>
      context.report({
        node,
        message: `Do not ask who it is (\`${name}\`): give the catalog a quirk or a capability, and ask that.`,
      })
    return {
      BinaryExpression(node) {
        if (!['===', '!==', '==', '!='].includes(node.operator)) return
        for (const [side, other] of [
          [node.left, node.right],
          [node.right, node.left],
        ]) {
          if (isText(other) && NAMED.test(chain(side))) report(node, chain(side))
        }
      },
      SwitchStatement(node) {
        if (NAMED.test(chain(node.discriminant)) && node.cases.some((c) => c.test !== null && isText(c.test)))
          report(node, chain(node.discriminant))
      },
      CallExpression(node) {
        const callee = node.callee
        if (
          callee.type !== 'MemberExpression' ||
          callee.property.type !== 'Identifier' ||
          !SNIFFS.has(callee.property.name)
        )
          return
        if (NAMED.test(chain(callee.object)) && node.arguments.some(isText)) report(node, chain(callee.object))
      },
    }
  },
}

/** Casts (`as T`) live in the readers, where `unknown` becomes typed. `as const` is no cast. */
const noCast = {
  create(context) {
    return {
      TSAsExpression(node) {
        const type = node.typeAnnotation
        if (type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'const')
          return
        context.report({ node, message: 'A cast outside the readers: read the value, or narrow it.' })
      },
    }
  },
}

export default { meta: { name: 'house' }, rules: { 'no-identity': noIdentity, 'no-cast': noCast } }
