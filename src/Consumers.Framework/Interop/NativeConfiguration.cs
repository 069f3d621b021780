using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Consumers.Framework.Interop;

/// <summary>
/// Asks librdkafka what it thinks of a client setting, on a configuration object of its own that becomes no client. Safe from any thread.
/// </summary>
internal static unsafe class NativeConfiguration
{
    private const int Unknown = -2;
    private const int Ok = 0;

    /// <summary>Whether the module is there to be asked.</summary>
    public static bool IsAvailable => LibrdkafkaModule.TryGetExport("rd_kafka_conf_set", out _);

    /// <summary>Whether the client has a setting of that name; false when there is no module to ask.</summary>
    public static bool Knows(string key) => IsAvailable && Set(key, "", out _, out _) != Unknown;

    /// <summary>What is wrong with a setting, in librdkafka's words; null when nothing is, or when there is no module to ask.</summary>
    public static NativeRejection? Check(string key, string value)
    {
        if (!IsAvailable)
        {
            return null;
        }

        var result = Set(key, value, out var error, out var readBack);
        if (result != Ok)
        {
            return new(result == Unknown, error);
        }

        // Numbers are read up to the first character that is none: "5s" would pass as 5.
        var text = value.Trim();
        return text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+')
            && !text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            && readBack != text && long.TryParse(readBack, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? new(false, $"the client would read it as {readBack}")
            : null;
    }

    private static int Set(string key, string value, out string error, out string readBack)
    {
        var create = (delegate* unmanaged[Cdecl]<nint>)LibrdkafkaModule.GetExport("rd_kafka_conf_new");
        var set = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, nuint, int>)LibrdkafkaModule.GetExport("rd_kafka_conf_set");
        var get = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint*, int>)LibrdkafkaModule.GetExport("rd_kafka_conf_get");
        var destroy = (delegate* unmanaged[Cdecl]<nint, void>)LibrdkafkaModule.GetExport("rd_kafka_conf_destroy");

        var text = stackalloc byte[512];
        text[0] = 0;
        var conf = create();
        try
        {
            fixed (byte* nativeKey = Encoding.UTF8.GetBytes(key + '\0'), nativeValue = Encoding.UTF8.GetBytes(value + '\0'))
            {
                var result = set(conf, nativeKey, nativeValue, text, 512);
                error = Marshal.PtrToStringUTF8((nint)text)?.Trim() ?? "";
                nuint size = 512;
                text[0] = 0;
                readBack = result == Ok && get(conf, nativeKey, text, &size) == Ok ? Marshal.PtrToStringUTF8((nint)text) ?? "" : "";
                return result;
            }
        }
        finally
        {
            destroy(conf);
        }
    }
}
