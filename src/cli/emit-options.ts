import { Option } from 'commander';
import { declare } from './declare-option.js';

const WRITTEN = 'What is written:';

/** What `emit` writes and for which workspace (`EmitOptions`). */
export function emitOptions(): Option[] {
  return [
    declare(WRITTEN, '--out <folder>', 'the folder to write to (default: azureml)'),
    declare(WRITTEN, '--force', 'overwrite files that are there with another content'),
    declare(
      WRITTEN,
      '--root <uri>',
      'where DEST lies in Azure, if DEST is a copy: azureml://datastores/NAME/paths/FOLDER',
    ),
    declare(
      WRITTEN,
      '--workspace <sub/rg/ws>',
      'the workspace that the files are for (default: the one of the old services)',
    ),
    new Option('--task <task>', 'what the models do (default: guessed from the types of their outputs)')
      .choices(['classification', 'regression'])
      .helpGroup(WRITTEN),
  ];
}
