// Orleans has a type of this name in a namespace that its SDK imports everywhere
global using ErrorCode = GPT4RoI.Contracts.Errors.ErrorCode;
