// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yk::formats {

/// Runs a program that is not ours (LibreOffice) in a cage and becomes it:
///   yakan-reader --office-jail=FOLDER [--memory=BYTES] [--cpu=SECONDS] PROGRAM [ARGUMENT…]
/// It may write below FOLDER only and read there and where programs, fonts and settings of the system lie; it has no
/// network and no way to another process's socket; memory, processor time, file size and open files are limited; it
/// dies with its parent. Where the kernel has no Landlock, files are guarded by their permissions only. Returns an exit
/// status when the program cannot be started: 126 when the cage cannot be built.
int RunOfficeJail(int argc, char** argv);

}  // namespace yk::formats
