import { ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';
import { textProblem } from '../../image/text.js';

interface TextRules {
  characters?: number;
  bytes?: number;
  /** Tab and line breaks may stand in it. */
  lines?: boolean;
}

/** Checks that the text can be stored and shown by every face. */
export function StoredText({ lines, ...limit }: TextRules): PropertyDecorator {
  const problem = (value: unknown) =>
    typeof value === 'string' ? textProblem(value, limit, lines) : 'must be a text';
  return ValidateBy({
    name: 'storedText',
    validator: {
      validate: (value: unknown) => problem(value) === undefined,
      defaultMessage: (about?: ValidationArguments) => problem(about?.value) ?? '',
    },
  });
}

/** Checks the field whenever it is given: unlike with `IsOptional`, null is a value, and so refused. */
export function WhenGiven(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}
