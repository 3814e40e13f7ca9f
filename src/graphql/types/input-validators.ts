import { ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';
import { textProblem } from '../../image/text.js';

interface TextRules {
  characters?: number;
  bytes?: number;
  /** Allows tab and line breaks. */
  lines?: boolean;
}

/** Checks that every face can store and show the text. */
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

/** Checks the field if it is given. In contrast to `IsOptional`, null is a value, so the other decorators refuse it. */
export function WhenGiven(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}
