// SPDX-License-Identifier: Apache-2.0
// A one-time link is used by POST, so that previews of the link do not use it up.
"use strict";
document.querySelector("form[data-enter]").requestSubmit();
