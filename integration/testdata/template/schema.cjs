// Prints AWS's own specification of AWS::ECR::Repository as a JSON Schema
// (https://www.npmjs.com/package/@aws-cdk/aws-service-spec).
const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec');

const spec = loadAwsServiceSpecSync();
const scalars = { string: 'string', boolean: 'boolean', number: 'number', integer: 'integer' };

function ofProperties(properties) {
  const schema = { type: 'object', additionalProperties: false, properties: {}, required: [] };
  for (const [name, property] of Object.entries(properties)) {
    schema.properties[name] = ofType(property.type);
    if (property.required) schema.required.push(name);
  }
  return schema;
}

function ofType(type) {
  if (scalars[type.type]) {
    return type.allowedValues ? { type: scalars[type.type], enum: type.allowedValues } : { type: scalars[type.type] };
  }
  switch (type.type) {
    case 'array':
      return { type: 'array', items: ofType(type.element) };
    case 'union':
      return { anyOf: type.types.map(ofType) };
    case 'ref':
      return ofProperties(spec.get('typeDefinition', type.reference.$ref).properties);
    case 'json':
      return { type: 'object' };
    case 'tag':
      return ofProperties({ Key: { type: { type: 'string' }, required: true }, Value: { type: { type: 'string' }, required: true } });
    default:
      throw new Error(`a type of the specification is new: ${type.type}`);
  }
}

const resource = spec.lookup('resource', 'cloudFormationType', 'equals', 'AWS::ECR::Repository').only();
console.log(JSON.stringify(ofProperties(resource.properties)));
