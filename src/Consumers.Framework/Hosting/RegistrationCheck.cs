using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Handling;
using Consumers.Framework.Listeners;
using Microsoft.Extensions.DependencyInjection;
using Polly.Registry;

namespace Consumers.Framework.Hosting;

/// <summary>
/// Finds at start what would fail at the first record: no handler, no decoder, a handler or listener that the container cannot make, a
/// resilience pipeline that nobody registered.
/// </summary>
internal sealed class RegistrationCheck(IServiceProvider services, IEnumerable<HandlerRegistration> registrations, HandlerLifetimes lifetimes) : IRegistrationCheck
{
    public void Run(ConsumerCheck check)
    {
        var registration = registrations.First(registration => registration.Consumer == check.Name);
        if (registration.Handlers.Count == 0)
        {
            check.FailRegistration(
                "no handler", "there is nothing to give its records to",
                $"register it as AddKafkaConsumer<THandler>(\"{check.Name}\"), or add handlers with Handle<THandler>()");
        }

        var decoders = MakeDecoders(check, registration);
        foreach (var (_, binding) in registration.Handlers)
        {
            if (decoders is not null)
            {
                CheckDecoder(check, binding, decoders);
            }

            CheckMaking(check, "handler", binding.HandlerType, binding.Wiring);
        }

        foreach (var listener in registration.RebalanceListeners.Concat(registration.ProgressListeners))
        {
            CheckMaking(check, "listener", listener.Type, listener.Wiring);
        }

        if (registration.RebalanceListeners.Count > 0)
        {
            TimeRelations.CheckListeners(check);
        }

        CheckPipeline(check);
    }

    private DecoderRegistry? MakeDecoders(ConsumerCheck check, HandlerRegistration registration)
    {
        try
        {
            return new DecoderRegistry(check.Name, registration.Decoders, services);
        }
        catch (Exception exception)
        {
            check.FailRegistration("a deserializer", $"it cannot be made: {Said(exception)}", "register what it needs, or see to what it throws");
            return null;
        }
    }

    private static void CheckDecoder(ConsumerCheck check, HandlerBinding binding, DecoderRegistry decoders)
    {
        try
        {
            binding.RequireDecoder(decoders);
        }
        catch (NoDecoderException exception)
        {
            check.FailRegistration($"{binding.HandlerType}", exception.Problem, exception.Fix);
        }
    }

    private void CheckMaking(ConsumerCheck check, string role, Type type, Type wiring)
    {
        if (lifetimes.IsSingleton(type))
        {
            CheckSingleton(check, role, type);
        }
        else
        {
            CheckWiring(check, role, type, wiring);
        }
    }

    /// <summary>
    /// What is made for each record is not made here: its constructors may have effects, or need what is there only later (a database, what
    /// another hosted service prepares). What they throw then is held by <see cref="Failures.FailurePolicy"/>; what is not registered never will be.
    /// </summary>
    private void CheckWiring(ConsumerCheck check, string role, Type type, Type wiring)
    {
        using var scope = services.CreateScope();
        scope.ServiceProvider.GetRequiredService<WiringSwitch>().IsOn = true;
        try
        {
            scope.ServiceProvider.GetService(wiring);
        }
        catch (InvalidOperationException exception) when (!WiringEnd.ReachedException.IsIn(exception))
        {
            check.FailRegistration($"{type}", $"the {role} cannot be made: {Said(exception)}", "register what its constructor needs");
        }
        catch (Exception)
        {
            // It can, as far as the container knows; or it is another container, which has other words and tells at the first record.
        }
    }

    /// <summary>It is made at start, once, and is what the consumer calls.</summary>
    private void CheckSingleton(ConsumerCheck check, string role, Type type)
    {
        try
        {
            services.GetRequiredService(type);
        }
        catch (Exception exception)
        {
            check.FailRegistration(
                $"{type}", $"the {role} is a singleton and cannot be made: {Said(exception)}",
                "register what its constructor needs, or see to what it throws");
        }
    }

    private void CheckPipeline(ConsumerCheck check)
    {
        if (check.Options.Failures.Pipeline is not { } name)
        {
            return;
        }

        try
        {
            if (services.GetService<ResiliencePipelineProvider<string>>()?.TryGetPipeline(name, out _) != true)
            {
                check.Fail("Failures:Pipeline", "no resilience pipeline has that name", $"register one with services.AddResiliencePipeline(\"{name}\", ...), or remove the key");
            }
        }
        catch (Exception exception)
        {
            check.Fail("Failures:Pipeline", $"the resilience pipeline cannot be built: {Said(exception)}", "see to what AddResiliencePipeline configures");
        }
    }

    private static string Said(Exception exception) => ExceptionText.MessageOf(exception).TrimEnd('.');
}
