global using Microsoft.Extensions.DependencyInjection;
global using Microsoft.Extensions.Logging;
global using OrleansLlm.Client.Pages.Charts;
