using Google.Protobuf;

namespace OrleansLlm.Cluster.Tests.Telemetry;

/// <summary>The fields of one protobuf message, unnamed as they are on the wire.</summary>
internal sealed class OtlpMessage
{
    private readonly List<(int Field, ulong Number, byte[]? Bytes)> _fields = [];

    public static OtlpMessage Read(byte[] bytes)
    {
        var message = new OtlpMessage();
        var input = new CodedInputStream(bytes);
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    message._fields.Add((field, input.ReadUInt64(), null));
                    break;
                case WireFormat.WireType.Fixed64:
                    message._fields.Add((field, input.ReadFixed64(), null));
                    break;
                case WireFormat.WireType.LengthDelimited:
                    message._fields.Add((field, 0, input.ReadBytes().ToByteArray()));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return message;
    }

    public bool Has(int field) => _fields.Exists(f => f.Field == field);

    public IEnumerable<byte[]> All(int field) => _fields.Where(f => f.Field == field && f.Bytes is not null).Select(f => f.Bytes!);

    public byte[] Bytes(int field) => All(field).FirstOrDefault() ?? [];

    public string Text(int field) => System.Text.Encoding.UTF8.GetString(Bytes(field));

    public ulong Number(int field) => _fields.FirstOrDefault(f => f.Field == field).Number;
}
