/**
 * What a person has to put in: each stands in the files as it is written here, so that a search for `FILL_IN` finds them all.
 */
export const PLACEHOLDERS = {
  FILL_IN_SUBSCRIPTION: "the subscription's id",
  FILL_IN_RESOURCE_GROUP: 'the resource group of the workspace',
  FILL_IN_WORKSPACE: 'the workspace',
  FILL_IN_DATASTORE: 'the datastore of the container that holds the converted tree (az ml datastore list)',
  FILL_IN_FOLDER: 'the folder in that datastore to which the converted tree is copied',
  FILL_IN_MODEL: "the registered model, as NAME:VERSION (az ml model list): the old model's name is not one",
  FILL_IN_ENVIRONMENT: 'the environment, as NAME:VERSION; it needs azureml-ai-monitoring',
  FILL_IN_CODE_FOLDER: 'the folder of the scoring script',
  FILL_IN_SCORING_SCRIPT: 'the scoring script in that folder',
  FILL_IN_INSTANCE_TYPE: 'the size of the machines that serve the model, such as Standard_DS3_v2',
  FILL_IN_EMAIL: 'who is told when a signal passes its threshold',
  FILL_IN_PREDICTION_COLUMN: 'the column of the outputs that is the prediction',
  FILL_IN_ACTUAL_COLUMN: 'the column of the labels that the prediction is compared with',
  FILL_IN_RMSE:
    'not in the file: the error from which on to alert, set in the studio once the monitor is there',
} as const;

export type Placeholder = keyof typeof PLACEHOLDERS;

/** In the order of the table. */
export function placeholdersIn(text: string): Placeholder[] {
  const found = new Set(text.match(/FILL_IN_[A-Z_]+[A-Z]/g));
  return (Object.keys(PLACEHOLDERS) as Placeholder[]).filter((placeholder) => found.has(placeholder));
}
